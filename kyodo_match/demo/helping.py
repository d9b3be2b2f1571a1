"""Who offers a skill or a day, whom the office asks, and what they answer."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core.db import db
from kyodo_match.demo.scenario import toml
from kyodo_match.demo.story import Story
from kyodo_match.matching.forms.volunteers import PRIVACY_VERSION
from kyodo_match.matching.messages.recommending import reason_label
from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.queries.together import Pick
from kyodo_match.matching.rules.recommending import read_reasons
from kyodo_match.matching.rules.volunteers import Registration
from kyodo_match.matching.services import answering, proposing
from kyodo_match.matching.services import helping as asking
from kyodo_match.matching.services import volunteers as services
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.rules import Channel

_ADDRESS = "192.0.2.1"  # documentation, RFC 5737: where the demo's registrations come from
_OPENED = timedelta(minutes=15)  # until the mailed link was opened
_RESTED_AT = time(9, 40)
_LISTS = ("times", "fields", "skills")
_OFFERED = ("certificate", "drives", "remote_ok", "may_be_asked")

Facts = Mapping[str, Any]


def plan(story: Story) -> None:
    """Registrations, by the web with the mailed link or written down by the office."""
    days = story.scenario.days
    for raw in toml("volunteers.toml")["volunteers"]:
        begun_at = days.at(raw["days_ago"], time.fromisoformat(raw["time"]))
        story.at(begun_at, partial(_register, story, raw))
        if raw["channel"] == Channel.WEB and raw.get("is_opened", True):
            story.at(begun_at + _OPENED, partial(_confirm, story, raw))
        if "rests_days_ago" in raw:
            story.at(days.at(raw["rests_days_ago"], _RESTED_AT), partial(_rest, story, raw))


def _register(story: Story, raw: Facts, now: datetime) -> None:
    person, channel = story.scenario.people[raw["person"]], Channel(raw["channel"])
    by_staff = channel is not Channel.WEB
    offered: dict[str, Any] = {name: raw[name] for name in _OFFERED if name in raw}
    registration = Registration(
        name=person.companion.name,
        kana=person.companion.kana,
        age_group=person.companion.age_group,
        residency=person.residency,
        email=person.email,
        phone=person.phone,
        district=person.district,
        **(offered | {name: tuple(raw.get(name, ())) for name in _LISTS}),
        channel=channel,
        privacy_version=PRIVACY_VERSION,
        privacy_by="oral" if by_staff else "form",
        entered_by=story.actors.coordinator if by_staff else None,
    )
    if by_staff:
        story.volunteer_ids[raw["person"]] = services.enter(
            registration=registration, keys=story.keys, actor=story.actors.coordinator, now=now
        )
        return
    services.register(registration=registration, keys=story.keys, address=_ADDRESS, now=now)
    # Whoever registers is told nothing about it here: the page is the same for everybody.
    entered = sa.select(Volunteer.public_id).order_by(Volunteer.id.desc()).limit(1)
    story.volunteer_ids[raw["person"]] = db.session().scalars(entered).one()


def _confirm(story: Story, raw: Facts, now: datetime) -> None:
    services.confirm(volunteer_id=story.volunteer_ids[raw["person"]], now=now)


def _rest(story: Story, raw: Facts, now: datetime) -> None:
    services.pause(
        volunteer_id=story.volunteer_ids[raw["person"]], pause=True, actor=CITIZEN, now=now
    )


# --- 活動へのお声がけ ---


def _propose(story: Story, facts: Facts, now: datetime) -> None:
    slot_id = story.slot_ids[facts["slot"]]
    proposing.propose(
        picks=[Pick(slot_id, story.volunteer_ids[person], None) for person in facts["people"]],
        actor=story.actors.coordinator,
        now=now,
    )


def _proposal(story: Story, facts: Facts) -> Proposal:
    """The last time that somebody was put down for a day."""
    found = (
        sa.select(Proposal)
        .join(Proposal.slot)
        .join(Proposal.volunteer)
        .where(
            Slot.public_id == story.slot_ids[facts["slot"]],
            Volunteer.public_id == story.volunteer_ids[facts["person"]],
        )
        .order_by(Proposal.id.desc())
        .limit(1)
    )
    return db.session().scalars(found).one()


def _invite(story: Story, facts: Facts, now: datetime) -> None:
    proposal = _proposal(story, facts)
    proposing.invite(
        proposal_id=proposal.public_id,
        reasons=[reason_label(one) for one in read_reasons(proposal.parts, proposal.boosts)],
        actor=story.actors.coordinator,
        now=now,
    )


def _say_yes(story: Story, facts: Facts, now: datetime) -> None:
    answering.accept(
        proposal_id=_proposal(story, facts).public_id,
        agreed=True,
        privacy_version=PRIVACY_VERSION,
        keys=story.keys,
        now=now,
    )


def _decline(story: Story, facts: Facts, now: datetime) -> None:
    answering.decline(proposal_id=_proposal(story, facts).public_id, now=now)


def _withdraw(story: Story, facts: Facts, now: datetime) -> None:
    proposing.withdraw(
        proposal_id=_proposal(story, facts).public_id, actor=story.actors.coordinator, now=now
    )


def _ask_for_help(story: Story, facts: Facts, now: datetime) -> None:
    asking.ask_for_help(
        slot_id=story.slot_ids[facts["slot"]],
        actor=story.actors.editor_of(story.days[facts["slot"]][0].group),
        now=now,
    )


VERBS: dict[str, Callable[[Story, Facts, datetime], None]] = {
    "propose": _propose,
    "invite": _invite,
    "accept_invitation": _say_yes,
    "decline_invitation": _decline,
    "withdraw_proposal": _withdraw,
    "ask_for_help": _ask_for_help,
}
