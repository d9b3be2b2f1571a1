"""The day itself: who came, who came unasked, links to the reception, and what is asked later."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from kyodo_match.core import text
from kyodo_match.core.db import db
from kyodo_match.demo.scenario import Applied
from kyodo_match.demo.story import Story
from kyodo_match.participation import queries, services
from kyodo_match.participation.queries.history import LINK_ACTOR
from kyodo_match.participation.rules import Attendance, LinkState, marks_open_at
from kyodo_match.signups.rules import AgeGroup

_WALKED_IN = timedelta(minutes=-5)
_MARKED = timedelta(minutes=5)

Facts = Mapping[str, Any]


def plan(story: Story, number: int, applied: Applied) -> None:
    """What the reception writes down of an application once the day is over."""
    ends_at = story.days[applied.slot][1].plan.ends_at
    if applied.attendance:
        story.at(ends_at + _MARKED, partial(_mark_party, story, number, applied))


def _mark_party(story: Story, number: int, applied: Applied, now: datetime) -> None:
    people = story.coming(number).values()
    for person, attendance in zip(people, applied.attendance, strict=True):
        services.mark(
            slot_id=story.slot_ids[applied.slot],
            participant_id=person.public_id,
            attendance=Attendance(attendance),
            nonce=f"demo-{person.public_id}",
            marked_at=now,
            now=now,
            actor=story.reception(applied.slot),
        )


def plan_walk_in(story: Story, number: int, raw: Mapping[str, str]) -> None:
    """Somebody comes without having applied."""

    def add(now: datetime) -> None:
        services.add_walk_in(
            slot_id=story.slot_ids[raw["slot"]],
            name=raw["name"],
            kana=text.kana(raw["kana"]),
            age_group=AgeGroup(raw["age_group"]),
            phone="",
            nonce=f"demo-walk-in-{number}",
            keys=story.keys,
            now=now,
            actor=story.reception(raw["slot"]),
        )

    story.at(story.days[raw["slot"]][1].plan.starts_at + _WALKED_IN, add)


def plan_heads(story: Story, slot: str, adults: int, children: int) -> None:
    """Those whose names were not taken are counted."""

    def count(now: datetime) -> None:
        services.count_heads(
            slot_id=story.slot_ids[slot],
            adults=adults,
            children=children,
            now=now,
            actor=story.reception(slot),
        )

    story.at(story.days[slot][1].plan.ends_at + _MARKED, count)


# --- one by one ---


def _mark(story: Story, facts: Facts, now: datetime) -> None:
    """A mark at the door by a link, where one is good at that moment; or a correction.

    At the turn of the year the day may be a week later: then there is nothing to mark yet.
    """
    if now < marks_open_at(story.slot(facts["slot"]).starts_at):
        return
    actor = story.actors.editor_of(story.days[facts["slot"]][0].group)
    if facts.get("by_link", False):
        link = next(iter(_good_links(story, facts["slot"], now)), None)
        if link is None:
            return
        actor = f"{LINK_ACTOR}{link}"
    coming = story.coming(story.number_of(facts["slot"], facts["person"]))
    for person in coming.values():
        services.mark(
            slot_id=story.slot_ids[facts["slot"]],
            participant_id=person.public_id,
            attendance=Attendance(facts["attendance"]),
            nonce=f"demo-{facts['attendance']}-{person.public_id}",
            marked_at=now,
            now=now,
            actor=actor,
            reason=facts.get("reason", ""),
        )


def _good_links(story: Story, slot: str, now: datetime) -> list[str]:
    links = queries.links_of(db.session(), story.slot(slot))
    return [link.public_id for link in links if queries.state_of(link, now) is LinkState.VALID]


def _make_link(story: Story, facts: Facts, now: datetime) -> None:
    services.make_link(
        slot_id=story.slot_ids[facts["slot"]],
        now=now,
        actor=story.actors.editor_of(story.days[facts["slot"]][0].group),
    )


def _revoke_link(story: Story, facts: Facts, now: datetime) -> None:
    """The first link of a day: the sheet with it got lost."""
    services.revoke_link(
        slot_id=story.slot_ids[facts["slot"]],
        link_id=queries.links_of(db.session(), story.slot(facts["slot"]))[0].public_id,
        now=now,
        actor=story.actors.editor_of(story.days[facts["slot"]][0].group),
    )


def _ask(story: Story, facts: Facts, now: datetime) -> None:
    if now < story.slot(facts["slot"]).ends_at:
        return
    services.ask_for_marks(
        slot_id=story.slot_ids[facts["slot"]], now=now, actor=story.actors.coordinator
    )


def _open_names(story: Story, facts: Facts, now: datetime) -> None:
    services.open_names(
        slot_id=story.slot_ids[facts["slot"]],
        reason=facts["reason"],
        now=now,
        actor=story.actors.editor_of(story.days[facts["slot"]][0].group),
    )


VERBS: dict[str, Callable[[Story, Facts, datetime], None]] = {
    "mark": _mark,
    "make_link": _make_link,
    "revoke_link": _revoke_link,
    "ask": _ask,
    "open_names": _open_names,
}
