"""What is due: offers past their deadline, people to remind, to ask again and to thank."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from kyodo_match.notifications.models import OutboxMessage, PhoneCall, UndeliverableAddress
from kyodo_match.notifications.rules import UNDELIVERABLE_FOR, WAITING_CALLS
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from kyodo_match.settings.queries import office
from kyodo_match.signups import rules
from kyodo_match.signups.models import Offer, Participant, Signup
from kyodo_match.signups.outbox import Kind
from kyodo_match.signups.queries.one import WITH_PARTICIPANTS
from kyodo_match.signups.rules import (
    HOLDS_PLACES,
    SURE,
    Channel,
    Reminder,
    ReminderWindow,
    SignupStatus,
)


def unanswered_offers(session: Session, slot: Slot, *, now: datetime) -> Sequence[Signup]:
    """Sign-ups of a slot whose offer is past its deadline, with participants and offers."""
    return session.scalars(
        WITH_PARTICIPANTS.options(selectinload(Signup.offers))
        .join(Offer, Offer.signup_id == Signup.id)
        .where(
            Signup.slot_id == slot.id,
            Signup.status == SignupStatus.OFFERED,
            Offer.answered_at.is_(None),
            Offer.expires_at <= now,
        )
        .order_by(Signup.id)
    ).all()


def slots_with_ended_offers(session: Session, *, now: datetime) -> Sequence[str]:
    """Public ids of slots with an offer past its deadline."""
    return session.scalars(
        sa.select(Slot.public_id)
        .join(Signup, Signup.slot_id == Slot.id)
        .join(Offer, Offer.signup_id == Signup.id)
        .where(Offer.answered_at.is_(None), Offer.expires_at <= now)
        .distinct()
        .order_by(Slot.public_id)
    ).all()


def _slots_with(session: Session, conditions: Collection[sa.ColumnElement[bool]]) -> Sequence[str]:
    """Public ids of slots with a sign-up to which these apply: asked every second.

    Made one each and sorted here: for the order of ids SQLite would read every slot there is.
    """
    return sorted(
        set(
            session.scalars(
                sa.select(Slot.public_id)
                .join(Signup, Signup.slot_id == Slot.id)
                .where(*conditions)
            )
        )
    )


# --- Reminders --------------------------------------------------------------

_REMINDERS = {Reminder.WEEK: Kind.REMINDER_WEEK, Reminder.DAY: Kind.REMINDER}
# Who is told one of these has the day before them, and needs no reminder of it on top.
_ASKS = (Kind.CHANGED, Kind.ANSWER_MISSING, Kind.DRAW_ASKED, Kind.DRAW_ANSWER_MISSING)
_TELLS_THE_DAY = (
    *_ASKS,
    Kind.CONFIRMED,
    Kind.APPROVED,
    Kind.ANSWERED,
    Kind.DRAW_PLACED,
    Kind.DRAW_ANSWERED,
    Kind.DRAW_MOVED,
)


def _takes_mail(now: datetime) -> sa.ColumnElement[bool]:
    """Whether somebody is written to: not at an address that sent mail back, but by phone."""
    is_undeliverable = sa.exists().where(
        UndeliverableAddress.address == Signup.email,
        UndeliverableAddress.since > now - UNDELIVERABLE_FOR,
    )
    return sa.and_(Signup.email != "", sa.or_(Signup.phone == "", ~is_undeliverable))


def _was_told(kinds: Collection[Kind], since: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(
            sa.exists().where(
                model.signup_id == Signup.public_id,
                model.kind.in_(kinds),
                model.created_at >= since,
            )
            for model in (OutboxMessage, PhoneCall)
        )
    )


_IS_BEING_ASKED = sa.exists().where(
    PhoneCall.signup_id == Signup.public_id,
    PhoneCall.kind.in_(_ASKS),
    PhoneCall.outcome.in_(WAITING_CALLS),
)


def _in_window(window: ReminderWindow, kind: Kind, *, now: datetime) -> sa.ColumnElement[bool]:
    by_call = sa.and_(~_takes_mail(now), ~_IS_BEING_ASKED)
    return sa.and_(
        Slot.starts_at >= window.starts_from,
        Slot.starts_at < window.starts_before,
        _takes_mail(now) if window.call_by is None else by_call,
        Signup.received_at < window.settled_before,
        ~_was_told((kind, *_TELLS_THE_DAY), window.settled_before),
    )


def _to_remind(
    reminder: Reminder, windows: Sequence[ReminderWindow], *, now: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Slot.status == SlotStatus.SCHEDULED,
        Slot.standing.is_(False),
        # The windows' own bounds stand within an OR, where no index is used for them.
        Slot.starts_at >= min(window.starts_from for window in windows),
        Slot.starts_at < max(window.starts_before for window in windows),
        Signup.status.in_(SURE),
        Signup.channel != Channel.WALK_IN,
        sa.or_(*(_in_window(window, _REMINDERS[reminder], now=now) for window in windows)),
    )


def slots_to_remind(session: Session, *, now: datetime) -> Sequence[tuple[Reminder, str]]:
    """Public ids of slots with somebody to remind who was not reminded yet."""
    calendar = office(session).calendar
    due: list[tuple[Reminder, str]] = []
    for reminder in Reminder:
        windows = rules.reminder_windows(reminder, now=now, calendar=calendar)
        if windows:
            slots = _slots_with(session, _to_remind(reminder, windows, now=now))
            due += [(reminder, slot_id) for slot_id in slots]
    return due


def signups_to_remind(
    session: Session,
    slot: Slot,
    reminder: Reminder,
    windows: Sequence[ReminderWindow],
    *,
    now: datetime,
) -> Sequence[Signup]:
    """The sign-ups of a slot to remind, with their participants."""
    return session.scalars(
        WITH_PARTICIPANTS.join(Slot, Slot.id == Signup.slot_id)
        .where(Slot.id == slot.id, *_to_remind(reminder, windows, now=now))
        .order_by(Signup.id)
    ).all()


# --- Answers to a change ----------------------------------------------------


def _to_ask_again(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    asked = sa.or_(
        *(
            sa.exists().where(
                model.signup_id == Signup.public_id,
                model.kind.in_(_ASKS),
                model.created_at >= Signup.answer_by,
            )
            for model in (OutboxMessage, PhoneCall)
        )
    )
    return (
        Slot.status == SlotStatus.SCHEDULED,
        Slot.starts_at > now,
        Signup.status == SignupStatus.AWAITING_ANSWER,
        Signup.channel != Channel.WALK_IN,
        Signup.answer_by <= now,
        ~asked,
        ~_IS_BEING_ASKED,
    )


def slots_to_ask_again(session: Session, *, now: datetime) -> Sequence[str]:
    """Public ids of slots with somebody who has not answered a change in time."""
    return _slots_with(session, _to_ask_again(now))


def signups_to_ask_again(session: Session, slot: Slot, *, now: datetime) -> Sequence[Signup]:
    """The sign-ups of a slot to ask again, with their participants."""
    return session.scalars(
        WITH_PARTICIPANTS.join(Slot, Slot.id == Signup.slot_id)
        .where(Slot.id == slot.id, *_to_ask_again(now))
        .order_by(Signup.id)
    ).all()


# --- Thanks -----------------------------------------------------------------


_LONGEST_DAY = timedelta(days=31)


def _to_thank(
    window: tuple[datetime, datetime], *, now: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    ended_from, ended_before = window
    return (
        Slot.status == SlotStatus.SCHEDULED,
        # An index has when days begin, and none of them lasts for a month.
        Slot.starts_at >= ended_from - _LONGEST_DAY,
        Slot.starts_at < ended_before,
        Slot.ends_at < ended_before,
        Slot.ends_at >= ended_from,
        Signup.status.in_(HOLDS_PLACES),
        Signup.channel != Channel.WALK_IN,
        _takes_mail(now),
        sa.exists().where(
            Participant.signup_id == Signup.id,
            Participant.cancelled_at.is_(None),
            Participant.attendance == "attended",
        ),
        ~sa.exists().where(
            OutboxMessage.signup_id == Signup.public_id, OutboxMessage.kind == Kind.THANKS
        ),
    )


def slots_to_thank(
    session: Session, window: tuple[datetime, datetime], *, now: datetime
) -> Sequence[str]:
    """Public ids of slots with somebody who came and was not thanked yet."""
    return _slots_with(session, _to_thank(window, now=now))


def signups_to_thank(
    session: Session, slot: Slot, window: tuple[datetime, datetime], *, now: datetime
) -> Sequence[Signup]:
    """The sign-ups of a slot to thank, with their participants."""
    return session.scalars(
        WITH_PARTICIPANTS.join(Slot, Slot.id == Signup.slot_id)
        .where(Slot.id == slot.id, *_to_thank(window, now=now))
        .order_by(Signup.id)
    ).all()


def next_days(session: Session, *, group_id: int, now: datetime, most: int = 3) -> Sequence[Slot]:
    """The next days of a group that somebody may sign up for now, if only to wait."""
    return session.scalars(
        sa.select(Slot)
        .join(Slot.opportunity)
        .options(sa.orm.contains_eager(Slot.opportunity))
        .where(
            Opportunity.group_id == group_id,
            Opportunity.status == OpportunityStatus.PUBLISHED,
            Slot.status == SlotStatus.SCHEDULED,
            Slot.starts_at > now,
            Slot.opens_at <= now,
            Slot.closes_at > now,
            sa.or_(
                Slot.places_taken < Slot.capacity,
                Slot.waitlist_limit.is_(None),
                Slot.places_waiting < Slot.waitlist_limit,
            ),
        )
        .order_by(Slot.starts_at, Slot.id)
        .limit(most)
    ).all()
