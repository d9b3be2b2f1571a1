"""What the worker and the phone do in between: reminders, mails, what comes back, calls."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import TOKYO, tokyo
from kyodo_match.core.db import db, use_case
from kyodo_match.demo.scenario import last_office_day
from kyodo_match.demo.story import Story
from kyodo_match.matching.jobs.proposals import lapse_proposals
from kyodo_match.notifications import services
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.notifications.rules import WAITING_CALLS, CallOutcome, MessageState
from kyodo_match.participation.jobs import remind_of_hours
from kyodo_match.signups import jobs
from kyodo_match.signups.models import Offer, Signup
from kyodo_match.signups.rules import SignupStatus

_DIGESTS_AT, _REMINDED_AT, _THANKED_AT = time(7, 5), time(9, 5), time(10, 5)
_CALLED_AT, _EVENING = time(16, 30), timedelta(hours=1)
_DIGESTED = timedelta(days=12)  # older morning mails show nothing that these do not
_REMEMBERED = timedelta(days=60)  # nor do all reminders of days long ago
_CALLED_WITHIN = timedelta(days=2)
# Mails younger than this are left to the worker: there is something to look at in its folder.
_FRESH = timedelta(hours=22)
_MOST = 1000
# So often the mail server has said "not now" by the time that the demo is looked at.
_TRIES = 7
_BUSY = "メールサーバーの返事：451 4.3.2 ただいま混み合っています"

Facts = Mapping[str, Any]


def plan_rounds(story: Story) -> None:
    """The worker's rounds that matter: before and after each day, and after whatever happened.

    Who has no e-mail is called on the last office day until then, before the office closes.
    """
    rounds: set[tuple[datetime, Callable[[datetime], object]]] = set()
    calls = partial(_make_calls, story)
    for _offered, day in story.days.values():
        held_on = tokyo(day.plan.starts_at).date()
        rounds.add((_at(held_on + timedelta(days=1), _THANKED_AT), _thank))
        is_long_ago = day.plan.starts_at < story.now - _REMEMBERED
        for days in (1,) if is_long_ago else (7, 1):
            mailed_on = held_on - timedelta(days=days)
            called_on = last_office_day(mailed_on)
            rounds |= {(_at(one, _REMINDED_AT), _remind) for one in (mailed_on, called_on)}
            rounds.add((_at(called_on, _CALLED_AT), calls))
    begins = story.now - _DIGESTED
    for happened_on in {tokyo(moment).date() for moment, _ in story.steps if moment >= begins}:
        rounds.add((_at(happened_on + timedelta(days=1), _DIGESTS_AT), _write_digests))
    for moment, job in sorted(rounds, key=lambda planned: planned[0]):
        story.at(moment, job)


def _at(day: date, clock_time: time) -> datetime:
    return datetime.combine(day, clock_time, TOKYO)


def _remind(now: datetime) -> int:
    return jobs.remind(now=now)


def _thank(now: datetime) -> int:
    return jobs.thank(now=now)


def _write_digests(now: datetime) -> int:
    return jobs.write_digests(now=now)


def _make_calls(story: Story, now: datetime) -> None:
    """What is due by the evening is phoned, and nothing is left for longer than two days."""
    _close(story, sa.or_(PhoneCall.due_at <= now + _EVENING, _is_old(now)), now)


def _is_old(now: datetime) -> sa.ColumnElement[bool]:
    return PhoneCall.created_at < now - _CALLED_WITHIN


def _close(story: Story, condition: sa.ColumnElement[bool], now: datetime) -> None:
    waiting = sa.select(PhoneCall.public_id).where(
        PhoneCall.outcome.in_(WAITING_CALLS),
        PhoneCall.signup_id.not_in(story.calls_wait),
        condition,
    )
    for call_id in db.session().scalars(waiting).all():
        services.close_call(
            call_id=call_id,
            outcome=CallOutcome.REACHED,
            note="",
            actor=story.actors.coordinator,
            now=now,
        )


def end_offers(until: datetime) -> None:
    """End the offers whose time came, each at its moment."""
    next_end = sa.select(sa.func.min(Offer.expires_at)).where(Offer.answered_at.is_(None))
    while (ended := db.session().scalar(next_end)) is not None and ended <= until:
        jobs.expire_offers(now=ended)


def begin_day(story: Story, until: datetime) -> None:
    """Ask where answers are missing, and make the calls that nobody has made; mail has gone."""
    deliver(min(until, story.now - _FRESH))
    late = sa.select(Signup.id).where(
        Signup.status == SignupStatus.AWAITING_ANSWER, Signup.answer_by <= until
    )
    if db.session().scalar(late.limit(1)) is not None:
        jobs.ask_again(now=until)
    jobs.remind_groups(now=until)
    jobs.remind_asked(now=until)
    remind_of_hours(now=until)
    lapse_proposals(now=until)
    _close(story, _is_old(until), until)


def deliver(until: datetime) -> None:
    """Mails written until then went out when they were due: a worker was never far away."""
    _note_delivered(until=until)
    db.session.remove()


@use_case
def _note_delivered(session: Session, *, until: datetime) -> None:
    session.execute(
        sa.update(OutboxMessage)
        .where(OutboxMessage.state == MessageState.QUEUED, OutboxMessage.created_at < until)
        .values(state=MessageState.SENT, sent_at=OutboxMessage.due_at)
    )


def hold_up(story: Story) -> None:
    """A busy mail server puts the oldest mail off again and again; it is tried within the hour."""
    last = (MessageState.QUEUED, MessageState.RETRY)
    waiting = sa.select(OutboxMessage).where(OutboxMessage.state.in_(last))
    oldest = db.session().scalars(waiting.order_by(OutboxMessage.id).limit(1)).first()
    if oldest is None:
        return
    chosen = oldest.public_id
    moment = story.now - timedelta(hours=2)
    for _number in range(_TRIES):
        parcels = services.lease(now=moment, most=_MOST)
        for parcel in parcels:
            if parcel.public_id == chosen:
                services.note_failed(parcel=parcel, reason=_BUSY, for_good=False, now=moment)
        services.put_back(parcels=[one for one in parcels if one.public_id != chosen])
        db.session.remove()
        due = sa.select(OutboxMessage.due_at).where(OutboxMessage.public_id == chosen)
        moment = db.session().scalars(due).one()


# --- what comes back, and calls ---


def _bounce(story: Story, facts: Facts, now: datetime) -> None:
    deliver(now)
    sent = (
        sa.select(OutboxMessage.public_id)
        .where(
            OutboxMessage.signup_id == story.signup_id(facts["slot"], facts["person"]),
            OutboxMessage.state == MessageState.SENT,
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    services.note_bounced(
        message_id=db.session().scalars(sent).one(),
        reason=facts["reason"],
        actor=story.actors.coordinator,
        now=now,
    )


def _call(story: Story, facts: Facts, now: datetime) -> None:
    """A try to reach somebody about the latest that waits to be said."""
    waiting = (
        sa.select(PhoneCall.public_id)
        .where(
            PhoneCall.signup_id == story.signup_id(facts["slot"], facts["person"]),
            PhoneCall.outcome.in_(WAITING_CALLS),
        )
        .order_by(PhoneCall.id.desc())
        .limit(1)
    )
    services.close_call(
        call_id=db.session().scalars(waiting).one(),
        outcome=CallOutcome(facts["outcome"]),
        note=facts.get("note", ""),
        actor=story.actors.coordinator,
        now=now,
    )


VERBS: dict[str, Callable[[Story, Facts, datetime], None]] = {"bounce": _bounce, "call": _call}
