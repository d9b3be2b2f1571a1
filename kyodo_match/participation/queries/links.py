"""受付用リンク: those of a day, and the one that a token speaks of."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.opportunities.models import Slot
from kyodo_match.participation.models import ReceptionLink
from kyodo_match.participation.rules import LinkState, link_state


def links_of(session: Session, slot: Slot) -> Sequence[ReceptionLink]:
    """The links of a day in the order in which they were made: the first is number 1."""
    return session.scalars(
        sa.select(ReceptionLink)
        .where(ReceptionLink.slot_id == slot.id)
        .order_by(ReceptionLink.id)
        .execution_options(populate_existing=True)
    ).all()


def link_by_id(session: Session, public_id: str) -> ReceptionLink | None:
    """The link of an id, with its day."""
    return session.scalars(
        sa.select(ReceptionLink)
        .options(joinedload(ReceptionLink.slot).joinedload(Slot.opportunity))
        .where(ReceptionLink.public_id == public_id)
    ).first()


def state_of(link: ReceptionLink, now: datetime) -> LinkState:
    """What a link is at a moment."""
    return link_state(
        valid_from=link.valid_from,
        expires_at=link.expires_at,
        revoked=link.revoked_at is not None,
        starts_at=link.slot.starts_at,
        now=now,
    )
