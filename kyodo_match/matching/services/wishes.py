"""希望: kept with a mailed link, changed, quietened and ended."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN, SYSTEM, note
from kyodo_match.core import limits, text
from kyodo_match.core.db import public_id, use_case
from kyodo_match.core.limits import WISH_ADDRESS, WISH_MAIL
from kyodo_match.core.secrets import Keys
from kyodo_match.matching.models import Dismissal, Wish
from kyodo_match.matching.outbox import wishes as outbox
from kyodo_match.matching.queries.wishes import (
    opportunities_of,
    unconfirmed_too_long,
    wish_under_lock,
    wishes_of_email,
)
from kyodo_match.matching.rules.alerts import ALERT_KIND, next_alert_at
from kyodo_match.matching.rules.wishes import CHOSEN, Frequency, WishChoices, WishState
from kyodo_match.notifications.outbox import drop_of_wish, free_address, hold_back_alerts
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import OpportunityStatus


@use_case
def keep_wish(
    session: Session,
    *,
    choices: WishChoices,
    email: str,
    frequency: Frequency,
    privacy_version: str,
    hidden: Sequence[str] = (),
    keys: Keys,
    address: str | None,
    now: datetime,
) -> str:
    """Write a wish down and mail its link; it counts once the link was opened and confirmed.

    `address` is where the request came from, `hidden` what was put away there: it stays away in
    the mails. Raises TooOften: 3 mails an hour to one e-mail, 200
    wishes an hour from one address. Source: docs/rules/wishes.md.
    """
    email = text.email(email)
    _count_tries(session, email, keys=keys, address=address, now=now)
    wish = Wish(
        public_id=public_id(),
        email=email,
        frequency=frequency,
        state=WishState.UNCONFIRMED,
        access_version=1,
        privacy_version=privacy_version,
        created_at=now,
        changed_at=now,
        **{name: getattr(choices, name) for name in CHOSEN},
    )
    session.add(wish)
    session.flush()
    for opportunity in opportunities_of(session, hidden):
        session.add(Dismissal(wish_id=wish.id, opportunity_id=opportunity.id, at=now))
    outbox.ask_to_confirm(session, wish, now=now)
    note(session, "wish.kept", wish, actor=CITIZEN, now=now)
    return wish.public_id


def _count_tries(
    session: Session, email: str, *, keys: Keys, address: str | None, now: datetime
) -> None:
    tries = [(WISH_MAIL, keys.fingerprint("wish", email))]
    if address is not None:
        tries.append((WISH_ADDRESS, keys.fingerprint("address", address)))
    limits.check_all(session, tries, now=now)
    limits.count_all(session, tries, now=now)


@use_case
def resend_wish_links(
    session: Session, *, email: str, keys: Keys, address: str | None, now: datetime
) -> None:
    """Mail the link of each wish kept under an address; known or not, nothing tells.

    Raises TooOften.
    """
    email = text.email(email)
    _count_tries(session, email, keys=keys, address=address, now=now)
    for wish in wishes_of_email(session, email):
        if wish.state is WishState.UNCONFIRMED:
            outbox.ask_to_confirm(session, wish, now=now)
        else:
            outbox.send_link(session, wish, now=now)


@use_case
def confirm_wish(session: Session, *, wish_id: str, now: datetime) -> None:
    """Who holds the mailed link says that the wish is theirs; again changes nothing.

    Raises NoResultFound.
    """
    wish = wish_under_lock(session, wish_id)
    if wish.state is not WishState.UNCONFIRMED:
        return
    wish.state = WishState.ACTIVE
    wish.confirmed_at = now
    _set_frequency(session, wish, wish.frequency, now=now)
    note(session, "wish.confirmed", wish, actor=CITIZEN, now=now)


@use_case
def change_wish(session: Session, *, wish_id: str, choices: WishChoices, now: datetime) -> None:
    """Other choices; what was put away stays put away. Raises NoResultFound."""
    wish = wish_under_lock(session, wish_id)
    for name in CHOSEN:
        setattr(wish, name, getattr(choices, name))
    wish.changed_at = now
    note(session, "wish.changed", wish, actor=CITIZEN, now=now)


@use_case
def change_frequency(
    session: Session, *, wish_id: str, frequency: Frequency, now: datetime
) -> None:
    """How often to write, or not at all. Raises NoResultFound."""
    wish = wish_under_lock(session, wish_id)
    _set_frequency(session, wish, frequency, now=now)
    wish.changed_at = now
    note(session, "wish.frequency", wish, actor=CITIZEN, now=now, frequency=frequency.value)


@use_case
def unsubscribe(session: Session, *, wish_id: str, now: datetime) -> None:
    """Stop the mails of a wish, and what waits to go out; the wish stays. Again changes nothing.

    Raises NoResultFound. Source: docs/rules/alerts.md.
    """
    wish = wish_under_lock(session, wish_id)
    if wish.frequency is Frequency.NONE:
        return
    _set_frequency(session, wish, Frequency.NONE, now=now)
    wish.changed_at = now
    note(session, "wish.unsubscribed", wish, actor=CITIZEN, now=now)


def _set_frequency(session: Session, wish: Wish, frequency: Frequency, *, now: datetime) -> None:
    """Nothing more is sent to one without mails; who asks for them can be reached again."""
    wish.frequency = frequency
    wish.next_alert_at = next_alert_at(frequency, now=now)
    if frequency is Frequency.NONE:
        hold_back_alerts(session, wish_id=wish.public_id, kind=ALERT_KIND)
    else:
        free_address(session, wish.email)


@use_case
def end_wish(session: Session, *, wish_id: str, now: datetime, actor: str = CITIZEN) -> None:
    """Erase a wish: its address, its choices, what it put away and what it was sent.

    Its mails that wait are not sent. How often groups were shown stays, in numbers alone. Raises
    NoResultFound. Source: docs/rules/wishes.md.
    """
    wish = wish_under_lock(session, wish_id)
    note(session, "wish.ended", wish, now=now, actor=actor)
    _erase(session, wish)


def _erase(session: Session, wish: Wish) -> None:
    """What it put away and what it was sent go with the row: their keys cascade."""
    drop_of_wish(session, wish_id=wish.public_id)
    session.delete(wish)


@use_case
def put_away(
    session: Session, *, wish_id: str, opportunity_id: str, away: bool, now: datetime
) -> None:
    """今後表示しない, or show it again; twice is once.

    Raises NoResultFound, also for what is not published: its title is nobody's to see yet.
    """
    wish = wish_under_lock(session, wish_id)
    opportunity = session.scalars(
        sa.select(Opportunity).where(Opportunity.public_id == opportunity_id)
    ).one()
    if away and opportunity.status is not OpportunityStatus.PUBLISHED:
        raise NoResultFound
    row = session.get(Dismissal, (wish.id, opportunity.id))
    if away and row is None:
        session.add(Dismissal(wish_id=wish.id, opportunity_id=opportunity.id, at=now))
    elif not away and row is not None:
        session.delete(row)


@use_case
def forget_unconfirmed(session: Session, *, now: datetime) -> int:
    """Erase the wishes whose link nobody opened within a week. How many there were."""
    old = session.scalars(
        sa.select(Wish).where(*unconfirmed_too_long(now)).order_by(Wish.id).with_for_update()
    ).all()
    for wish in old:
        note(session, "wish.forgotten", wish, now=now, actor=SYSTEM)
        _erase(session, wish)
    return len(old)
