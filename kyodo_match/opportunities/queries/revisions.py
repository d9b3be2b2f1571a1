"""変更履歴: what was changed after publication, and what the office has not seen yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.accounts.models import Account
from kyodo_match.opportunities.models import Opportunity, Revision, Slot
from kyodo_match.opportunities.rules import Held, before_last_move


@dataclass(frozen=True)
class Change:
    """One change with who made it (blank for a command), and the day where it is about one."""

    revision: Revision
    who: str
    slot: Slot | None


@dataclass(frozen=True)
class Changed:
    """An opportunity with the changes that the office has not seen, the latest first."""

    opportunity: Opportunity
    changes: Sequence[Change]

    @property
    def until(self) -> datetime:
        return self.changes[0].revision.at


_CHANGES = (
    sa.select(Revision, Account.name, Slot)
    .outerjoin(Account, Account.public_id == Revision.by)
    .outerjoin(Slot, Slot.public_id == Revision.slot_id)
    .order_by(Revision.at.desc(), Revision.id.desc())
)


def changes_of(session: Session, opportunity: Opportunity) -> Sequence[Change]:
    """Everything that was changed in a text and its days since publication, the latest first."""
    rows = session.execute(_CHANGES.where(Revision.opportunity_id == opportunity.id))
    return [Change(revision, name or "", slot) for revision, name, slot in rows]


def moved_from(session: Session, slot: Slot) -> Held | None:
    """Where a day stood before it moved last; None where nobody wrote it down."""
    rows = session.execute(
        sa.select(Revision.slot_id, Revision.before)
        .where(
            Revision.opportunity_id == slot.opportunity_id,
            sa.or_(Revision.slot_id.is_(None), Revision.slot_id == slot.public_id),
        )
        .order_by(Revision.at.desc(), Revision.id.desc())
    )
    return before_last_move(slot.held, ((day is not None, before) for day, before in rows))


def unseen_changes(session: Session, *, most: int = 50) -> Sequence[Changed]:
    """What groups have changed and the office has not seen, by opportunity, the latest first.

    Of each opportunity all of it: what is marked as seen must have stood on the page.
    """
    found = (
        sa.select(Revision.opportunity_id)
        .where(Revision.seen_at.is_(None))
        .group_by(Revision.opportunity_id)
        .order_by(sa.func.max(Revision.at).desc(), Revision.opportunity_id)
        .limit(most)
        .subquery()
    )
    rows = session.execute(
        _CHANGES.join(found, found.c.opportunity_id == Revision.opportunity_id)
        .where(Revision.seen_at.is_(None))
        .options(
            joinedload(Revision.opportunity, innerjoin=True).joinedload(
                Opportunity.group, innerjoin=True
            )
        )
    )
    changes = [Change(revision, name or "", slot) for revision, name, slot in rows]
    latest: dict[int, int] = {}
    for number, change in enumerate(changes):
        latest.setdefault(change.revision.opportunity_id, number)
    changes.sort(key=lambda change: latest[change.revision.opportunity_id])
    return [
        Changed(opportunity, tuple(its))
        for opportunity, its in groupby(changes, key=lambda change: change.revision.opportunity)
    ]


def is_staff(session: Session, account_id: str) -> bool:
    """Whether an act's actor belongs to the office."""
    role = session.scalar(sa.select(Account.staff_role).where(Account.public_id == account_id))
    return role is not None


def count_changed(session: Session) -> int:
    """How many opportunities have changes that the office has not seen."""
    return session.scalars(
        sa.select(sa.func.count(Revision.opportunity_id.distinct())).where(
            Revision.seen_at.is_(None)
        )
    ).one()
