"""What citizens wish for, what they are shown, and the points that decide it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from kyodo_match.core.db import db
from kyodo_match.demo.scenario import toml
from kyodo_match.demo.story import Story
from kyodo_match.matching.forms.wishes import WISH_PRIVACY_VERSION
from kyodo_match.matching.jobs.alerts import write_alerts
from kyodo_match.matching.queries.suggesting import suggestions
from kyodo_match.matching.queries.weights import current_weights
from kyodo_match.matching.rules.wishes import Frequency, WishChoices
from kyodo_match.matching.services import exposure
from kyodo_match.matching.services import wishes as services
from kyodo_match.matching.services.weights import save_weights
from kyodo_match.signups.rules import AgeGroup, Residency

_OPENED = timedelta(minutes=8)  # until the mailed link was opened
_READ = timedelta(hours=10)  # until somebody puts away what a letter spoke of
_LISTS = ("times", "fields", "kinds", "skills")
_CHOICES = ("district", "drives", "remote_ok", "party_size", "beginner", "certificate", *_LISTS)
_ALERTED_AT = time(9, 10)
_ALERTED_DAYS = 14  # older mornings would tell nothing else

Facts = Mapping[str, Any]


def plan(story: Story) -> None:
    """Wishes from the search that led to them, and the mornings on which mails are written."""
    days = story.scenario.days
    for number, raw in enumerate(toml("wishes.toml")["wishes"]):
        kept_at = days.at(raw["days_ago"], time.fromisoformat(raw["time"]))
        story.at(kept_at, partial(_look, story, raw))
        if "email" not in raw:
            continue
        story.at(kept_at, partial(_keep, story, number, raw))
        if raw.get("is_opened", True):
            story.at(kept_at + _OPENED, partial(_confirm, story, number))
        for key in raw.get("put_away", ()):
            story.at(kept_at + _READ, partial(_put_away, story, number, key))
    for days_ago in range(_ALERTED_DAYS + 1):
        story.at(days.at(days_ago, _ALERTED_AT), _write_alerts)


def _choices(raw: Facts) -> WishChoices:
    given = {name: raw[name] for name in _CHOICES if name in raw}
    given |= {name: tuple(raw[name]) for name in _LISTS if name in raw}
    return WishChoices(
        **given,
        age_group=AgeGroup(raw["age_group"]) if "age_group" in raw else None,
        residency=Residency(raw["residency"]) if "residency" in raw else None,
    )


def _look(story: Story, raw: Facts, now: datetime) -> None:
    found = suggestions(db.session(), _choices(raw), now=now)
    exposure.count_page(groups=found.groups, keys=story.keys, address=None, now=now)


def _keep(story: Story, number: int, raw: Facts, now: datetime) -> None:
    story.wish_ids[number] = services.keep_wish(
        choices=_choices(raw),
        email=raw["email"],
        frequency=Frequency(raw["frequency"]),
        privacy_version=WISH_PRIVACY_VERSION,
        keys=story.keys,
        address=None,
        now=now,
    )


def _confirm(story: Story, number: int, now: datetime) -> None:
    services.confirm_wish(wish_id=story.wish_ids[number], now=now)


def _put_away(story: Story, number: int, opportunity: str, now: datetime) -> None:
    services.put_away(
        wish_id=story.wish_ids[number],
        opportunity_id=story.opportunity_ids[opportunity],
        away=True,
        now=now,
    )


def _write_alerts(now: datetime) -> None:
    write_alerts(now=now)


def _save_weights(story: Story, facts: Facts, now: datetime) -> None:
    save_weights(
        weights=replace(current_weights(db.session()), **facts["points"]),
        note=facts["note"],
        actor=story.actors.coordinator,
        now=now,
    )


VERBS: dict[str, Callable[[Story, Facts, datetime], None]] = {"save_weights": _save_weights}
