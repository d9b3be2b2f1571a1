"""What groups are told every morning: counts a day of an opportunity, and to whom it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.queries import comes_in
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import WRITES
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.settings.models import Setting
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import Channel, DigestDays

TOLD_UNTIL = "digest"


@dataclass(frozen=True)
class DayNews:
    """What happened to one day of an opportunity: people, and never who."""

    slot: Slot
    new: int
    new_parties: int
    cancelled: int


def told_until(session: Session) -> date | None:
    """The last day that groups were told of."""
    value = session.scalar(sa.select(Setting.value).where(Setting.name == TOLD_UNTIL))
    return date.fromisoformat(str(value["told_until"])) if value else None


def known_since() -> sa.ColumnElement[datetime]:
    """When the office could first say that somebody applied: paper once it is typed in."""
    return sa.func.coalesce(Signup.entered_at, Signup.received_at)


def _came(days: DigestDays) -> sa.ColumnElement[bool]:
    return sa.and_(known_since() >= days.begins_at, known_since() < days.ends_at)


def _left(days: DigestDays) -> sa.ColumnElement[bool]:
    return sa.and_(
        Participant.cancelled_at >= days.begins_at, Participant.cancelled_at < days.ends_at
    )


def groups_with_news(session: Session, days: DigestDays) -> Sequence[str]:
    """Public ids of groups with somebody new or cancelled within these days."""
    return session.scalars(
        sa.select(Group.public_id)
        .join(Opportunity, Opportunity.group_id == Group.id)
        .join(Slot, Slot.opportunity_id == Opportunity.id)
        .join(Signup, Signup.slot_id == Slot.id)
        .join(Participant, Participant.signup_id == Signup.id)
        .where(
            Signup.channel != Channel.WALK_IN,
            Participant.is_escort.is_(False),
            sa.or_(_came(days), _left(days)),
        )
        .distinct()
        .order_by(Group.public_id)
    ).all()


def news_of(session: Session, group: Group, days: DigestDays) -> Sequence[DayNews]:
    """What happened to each day of a group, in the order of the days."""
    counts = {
        row.slot_id: row
        for row in session.execute(
            sa.select(
                Signup.slot_id,
                sa.func.count(sa.case((_came(days), 1))).label("new"),
                sa.func.count(sa.distinct(sa.case((_came(days), Signup.id)))).label("parties"),
                sa.func.count(sa.case((_left(days), 1))).label("cancelled"),
            )
            .join(Participant, Participant.signup_id == Signup.id)
            .join(Slot, Slot.id == Signup.slot_id)
            .join(Opportunity, Opportunity.id == Slot.opportunity_id)
            .where(
                Opportunity.group_id == group.id,
                Signup.channel != Channel.WALK_IN,
                Participant.is_escort.is_(False),
                sa.or_(_came(days), _left(days)),
            )
            .group_by(Signup.slot_id)
        )
    }
    slots = session.scalars(
        sa.select(Slot)
        .join(Slot.opportunity)
        .options(contains_eager(Slot.opportunity))
        .where(Slot.id.in_(counts))
        .order_by(Slot.starts_at, Slot.id)
    )
    return [
        DayNews(slot, new=row.new, new_parties=row.parties, cancelled=row.cancelled)
        for slot in slots
        for row in [counts[slot.id]]
    ]


def digest_readers(session: Session, group: Group, *, today: date) -> Sequence[Account]:
    """Owners and editors in force who have not switched the mail off."""
    return session.scalars(
        sa.select(Account)
        .join(GroupMember, GroupMember.account_id == Account.id)
        .where(
            GroupMember.group_id == group.id,
            GroupMember.role.in_(WRITES),
            GroupMember.wants_digest,
            *comes_in(today=today),
        )
        .order_by(GroupMember.id)
    ).all()
