"""受付用リンク: making and revoking; the token is made of its id, nothing is stored of it."""

from datetime import datetime

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import public_id, use_case
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation import queries, rules
from kyodo_match.participation.errors import SlotWasCancelled, TooManyLinks
from kyodo_match.participation.models import ReceptionLink
from kyodo_match.participation.rules import LinkState


@use_case
def make_link(session: Session, *, slot_id: str, now: datetime, actor: str) -> str:
    """Make a link for the reception of a day; gives its public id.

    Raises SlotWasCancelled, DayIsOver, TooManyLinks. Source: docs/rules/reception.md.
    """
    slot = locked_slot(session, slot_id)
    if slot.status is SlotStatus.CANCELLED:
        raise SlotWasCancelled
    valid_from, expires_at = rules.link_window(
        starts_at=slot.starts_at, ends_at=slot.ends_at, now=now
    )
    good = [
        link
        for link in queries.links_of(session, slot)
        if queries.state_of(link, now) in (LinkState.COMING, LinkState.VALID)
    ]
    if len(good) >= rules.MOST_LINKS:
        raise TooManyLinks(rules.MOST_LINKS)
    link = ReceptionLink(
        public_id=public_id(),
        slot_id=slot.id,
        created_by=actor,
        created_at=now,
        valid_from=valid_from,
        expires_at=expires_at,
    )
    session.add(link)
    _note(session, "made", link, slot_id, now=now, actor=actor)
    return link.public_id


@use_case
def revoke_link(
    session: Session, *, slot_id: str, link_id: str, now: datetime, actor: str
) -> None:
    """Make a link useless, at once and on every phone that it opened; again changes nothing.

    Raises NoResultFound for a link of another day.
    """
    slot = locked_slot(session, slot_id)
    link = next((one for one in queries.links_of(session, slot) if one.public_id == link_id), None)
    if link is None:
        raise NoResultFound(link_id)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = now, actor
        _note(session, "revoked", link, slot_id, now=now, actor=actor)


def _note(
    session: Session, what: str, link: ReceptionLink, slot_id: str, *, now: datetime, actor: str
) -> None:
    record(
        session,
        f"reception-link.{what}",
        actor=actor,
        object_kind="slot",
        object_id=slot_id,
        now=now,
        link=link.public_id,
    )
