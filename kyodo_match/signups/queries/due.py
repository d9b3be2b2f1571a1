"""What is due: offers past their deadline, people to remind."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups.models import Offer, Signup
from kyodo_match.signups.queries.one import WITH_PARTICIPANTS
from kyodo_match.signups.rules import (
    Channel,
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


def _reminded(window: ReminderWindow) -> tuple[sa.ColumnElement[bool], ...]:
    key = sa.literal("signup-reminder:slot:") + Slot.public_id + ":signup:" + Signup.public_id
    return (
        Slot.status == SlotStatus.SCHEDULED,
        Slot.starts_at >= window.starts_from,
        Slot.starts_at < window.starts_before,
        Signup.status == SignupStatus.CONFIRMED,
        Signup.channel != Channel.WALK_IN,
        Signup.received_at < window.settled_before,
        ~sa.exists().where(
            Offer.signup_id == Signup.id, Offer.answered_at >= window.settled_before
        ),
        ~sa.exists().where(OutboxMessage.key == key),
        ~sa.exists().where(PhoneCall.key == key),
    )


def slots_to_remind(session: Session, window: ReminderWindow) -> Sequence[str]:
    """Public ids of slots with somebody to remind who was not reminded yet."""
    return session.scalars(
        sa.select(Slot.public_id)
        .join(Signup, Signup.slot_id == Slot.id)
        .where(*_reminded(window))
        .distinct()
        .order_by(Slot.public_id)
    ).all()


def signups_to_remind(session: Session, slot: Slot, window: ReminderWindow) -> Sequence[Signup]:
    """The sign-ups of a slot to remind, with their participants."""
    return session.scalars(
        WITH_PARTICIPANTS.join(Slot, Slot.id == Signup.slot_id)
        .where(Slot.id == slot.id, *_reminded(window))
        .order_by(Signup.id)
    ).all()
