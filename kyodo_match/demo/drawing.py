"""What is drawn by lot: rounds, who applies to them, and what the draw brings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core.db import db
from kyodo_match.demo.applying import application_of
from kyodo_match.demo.rounds import Drawn, Entered, closing, entries, rounds
from kyodo_match.demo.story import Story
from kyodo_match.matching.models import DrawEntry, Round
from kyodo_match.matching.rules.entering import Entry
from kyodo_match.matching.rules.rounds import MinimumDecision, PersonFacts
from kyodo_match.matching.services import applying, freezing, holding, publishing, reviewing
from kyodo_match.matching.services import rounds as services
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation.rules import Attendance
from kyodo_match.participation.services import mark
from kyodo_match.signups import services as signups
from kyodo_match.signups.models import Offer, Signup
from kyodo_match.signups.queries import live
from kyodo_match.signups.rules import SURE, Channel, SignupStatus

_OPENED = timedelta(days=1)  # after it was written down; the round itself says from when
_MARKED = timedelta(minutes=10)
_ABSENT = 11  # one of so many does not come

Facts = Mapping[str, Any]


def plan(story: Story) -> None:
    """Rounds from their draft on, who applies to them, and who comes to the days drawn."""
    for drawn in rounds(story.scenario.days):
        story.at(drawn.created_at, partial(_create, story, drawn))
        if drawn.plan.entropy_plan:
            story.at(drawn.created_at + _OPENED, partial(_open, story, drawn))
        for day in drawn.days:
            story.at(story.days[day][1].plan.ends_at + _MARKED, partial(_mark_day, story, day))
    for entered in entries(story.scenario.days):
        story.at(entered.received_at, partial(_enter, story, entered))


def _create(story: Story, drawn: Drawn, now: datetime) -> None:
    actor = story.actors.coordinator
    round_id = services.create_round(plan=drawn.plan, now=now, actor=actor)
    story.round_ids[drawn.key] = round_id
    days = {story.slot_ids[day]: drawn.reserves for day in drawn.days}
    services.choose_days(round_id=round_id, days=days, now=now, actor=actor)


def _open(story: Story, drawn: Drawn, now: datetime) -> None:
    services.open_round(
        round_id=story.round_ids[drawn.key], now=now, actor=story.actors.coordinator
    )


def _enter(story: Story, entered: Entered, now: datetime) -> None:
    people = [story.scenario.people[key] for key in entered.people]
    channel = Channel(entered.channel)
    applying.enter_round(
        round_id=story.round_ids[entered.round],
        entry=Entry(
            application=application_of(story, people, channel, now=now),
            choices=tuple(story.slot_ids[day] for day in entered.choices),
            facts=tuple(
                PersonFacts(person.residency, first_time=bool(person.first_time))
                for person in people
            ),
            postmarked_on=entered.postmarked_on,
        ),
        keys=story.keys,
        now=now,
        actor=CITIZEN if channel is Channel.WEB else story.actors.coordinator,
    )


def _extend(story: Story, facts: Facts, now: datetime) -> None:
    services.extend_round(
        round_id=story.round_ids[facts["round"]],
        closes_at=closing(story.scenario.days, facts["closes_in_days"]),
        reason=facts["reason"],
        now=now,
        actor=story.actors.coordinator,
    )


def _move_draw(story: Story, facts: Facts, now: datetime) -> None:
    round_id = story.round_ids[facts["round"]]
    announced = services.plan_of(
        db.session().scalars(sa.select(Round).where(Round.public_id == round_id)).one()
    )
    services.edit_round(
        round_id=round_id,
        plan=replace(announced, draw_place=facts["draw_place"]),
        now=now,
        actor=story.actors.coordinator,
    )


# --- the draw ---


def _freeze(story: Story, facts: Facts, now: datetime) -> None:
    freezing.freeze(
        round_id=story.round_ids[facts["round"]], now=now, actor=story.actors.coordinator
    )


def _draw(story: Story, facts: Facts, now: datetime) -> None:
    holding.hold_draw(
        round_id=story.round_ids[facts["round"]],
        entropy=facts["entropy"],
        source=facts["source"],
        witnesses=facts["witnesses"],
        now=now,
        actor=story.actors.coordinator,
    )


def _publish(story: Story, facts: Facts, now: datetime) -> None:
    publishing.publish(
        round_id=story.round_ids[facts["round"]], now=now, actor=story.actors.coordinator
    )


def _decide(story: Story, facts: Facts, now: datetime) -> None:
    reviewing.decide_minimum(
        round_id=story.round_ids[facts["slot"].partition("#")[0]],
        slot_id=story.slot_ids[facts["slot"]],
        decision=MinimumDecision(facts["decision"]),
        reason=facts["reason"],
        now=now,
        actor=story.actors.coordinator,
    )


# --- what people do with what they were given; who that is, each draw says for itself ---


def _placed(story: Story, facts: Facts) -> Sequence[Signup]:
    """Those who were asked whether they come, in the order of the draw."""
    found = (
        sa.select(Signup)
        .join(DrawEntry, DrawEntry.signup_id == Signup.id)
        .where(Signup.status == SignupStatus.AWAITING_ANSWER)
        .order_by(DrawEntry.position.is_(None), DrawEntry.position, Signup.id)
    )
    if "slot" in facts:
        found = found.where(Signup.slot_id == story.slot(facts["slot"]).id)
    else:
        found = found.join(Round).where(Round.public_id == story.round_ids[facts["round"]])
    return db.session().scalars(found).all()


def _say_no(story: Story, facts: Facts, now: datetime) -> None:
    """So many of a day cannot come that its first in the queue is offered a place."""
    signup_ids = [one.public_id for one in _placed(story, facts)]
    for signup_id in signup_ids:
        signups.answer_change(signup_id=signup_id, comes=False, now=now, actor=CITIZEN)
        if _open_offers(story, facts["slot"]):
            return


def _open_offers(story: Story, slot: str) -> list[str]:
    found = sa.select(Signup.public_id).join(Offer).join(Signup.slot)
    found = found.where(Slot.public_id == story.slot_ids[slot], Offer.answered_at.is_(None))
    return list(db.session().scalars(found).all())


def _take_offer(story: Story, facts: Facts, now: datetime) -> None:
    for signup_id in _open_offers(story, facts["slot"]):
        signups.answer_offer(signup_id=signup_id, accept=True, now=now, actor=CITIZEN)


def _confirm_places(story: Story, facts: Facts, now: datetime) -> None:
    """Who has not said it yet says that they come; the last one of a day leaves it open."""
    left_open = story.slot(facts["all_but_one_of"]).id
    asked = _placed(story, facts)
    silent = [one for one in asked if one.slot_id == left_open][-1]
    story.calls_wait.add(silent.public_id)
    told = [
        (one.public_id, CITIZEN if one.channel is Channel.WEB else story.actors.coordinator)
        for one in asked
        if one is not silent and one.channel in facts["channels"]
    ]
    for signup_id, actor in told:
        signups.answer_change(signup_id=signup_id, comes=True, now=now, actor=actor)


def _mark_day(story: Story, day: str, now: datetime) -> None:
    """Whoever had a place came, but for some."""
    slot = story.slot(day)
    sure = sa.select(Signup).where(Signup.slot_id == slot.id, Signup.status.in_(SURE))
    coming = [
        one.public_id
        for signup in db.session().scalars(sure.order_by(Signup.id)).all()
        for one in live(signup)
    ]
    for person, attendance in zip(coming, _attendances(), strict=False):
        mark(
            slot_id=story.slot_ids[day],
            participant_id=person,
            attendance=attendance,
            nonce=f"demo-{person}",
            marked_at=now,
            now=now,
            actor=story.reception(day),
        )


def _attendances() -> Iterator[Attendance]:
    number = 0
    while True:
        number += 1
        yield Attendance.ABSENT if number % _ABSENT == 0 else Attendance.ATTENDED


VERBS: dict[str, Callable[[Story, Facts, datetime], None]] = {
    "extend_round": _extend,
    "move_draw": _move_draw,
    "freeze": _freeze,
    "draw": _draw,
    "publish_results": _publish,
    "decide": _decide,
    "say_no": _say_no,
    "take_offer": _take_offer,
    "confirm_places": _confirm_places,
}
