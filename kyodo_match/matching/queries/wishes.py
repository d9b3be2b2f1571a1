"""希望: kept wishes, and what they do not want to see."""

import re
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.core.secrets import Keys, same
from kyodo_match.matching.models import Dismissal, Wish
from kyodo_match.matching.rules.wishes import UNCONFIRMED_FOR, WishState
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import OpportunityStatus

_ID = re.compile(r"[0-9a-f]{12}")


def wish_by_id(session: Session, public_id: str) -> Wish | None:
    """A kept wish, confirmed or not."""
    if _ID.fullmatch(public_id) is None:
        return None
    return session.scalars(sa.select(Wish).where(Wish.public_id == public_id)).one_or_none()


def wish_of_token(session: Session, token: str, *, keys: Keys) -> Wish | None:
    """The wish that a mailed link opens; None where it is not true, or the wish has ended."""
    claimed = keys.wish_of_token(token)
    wish = wish_by_id(session, claimed) if claimed else None
    if wish is None:
        return None
    return wish if same(token, keys.wish_token(wish.public_id, wish.access_version)) else None


def wish_to_unsubscribe(session: Session, token: str, *, keys: Keys) -> Wish | None:
    """The wish whose mails a token stops; None where it is not true, or the wish has ended."""
    claimed = keys.wish_of_unsubscribe_token(token)
    wish = wish_by_id(session, claimed) if claimed else None
    if wish is None:
        return None
    true = keys.unsubscribe_token(wish.public_id, wish.access_version)
    return wish if same(token, true) else None


def wish_under_lock(session: Session, public_id: str) -> Wish:
    """A wish, locked and fresh. Raises NoResultFound: it has ended meanwhile."""
    return session.scalars(
        sa.select(Wish)
        .where(Wish.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def wishes_of_email(session: Session, email: str) -> Sequence[Wish]:
    """All that are kept under an address: a family may share one."""
    return session.scalars(sa.select(Wish).where(Wish.email == email).order_by(Wish.id)).all()


def saved_wishes(session: Session, *, limit: int) -> Sequence[Wish]:
    """Confirmed wishes, the latest change first."""
    return session.scalars(
        sa.select(Wish)
        .where(Wish.state == WishState.ACTIVE)
        .order_by(Wish.changed_at.desc(), Wish.id.desc())
        .limit(limit)
    ).all()


def any_unconfirmed(session: Session, *, now: datetime) -> bool:
    """Whether an address is kept whose link was not opened in time."""
    old = sa.select(Wish.id).where(*unconfirmed_too_long(now)).limit(1)
    return session.scalar(old) is not None


def unconfirmed_too_long(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Nobody opened the mailed link within a week."""
    return Wish.state == WishState.UNCONFIRMED, Wish.created_at < now - UNCONFIRMED_FOR


def dismissed_by(session: Session, wish: Wish) -> Sequence[Opportunity]:
    """What a wish does not want to see again, the latest first."""
    rows = session.scalars(
        sa.select(Dismissal)
        .where(Dismissal.wish_id == wish.id)
        .options(joinedload(Dismissal.opportunity, innerjoin=True))
        .order_by(Dismissal.at.desc())
    )
    return [row.opportunity for row in rows]


def opportunities_of(session: Session, public_ids: Sequence[str]) -> Sequence[Opportunity]:
    """What a browser without a kept wish has put away, in the order of its ids.

    Anybody may say that they put something away: what is not published is not named to them.
    """
    found = session.scalars(
        sa.select(Opportunity).where(
            Opportunity.public_id.in_(public_ids),
            Opportunity.status == OpportunityStatus.PUBLISHED,
        )
    )
    return sorted(found, key=lambda one: list(public_ids).index(one.public_id))
