"""A notice on its way: into the outbox, or onto the phone list."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.notifications.outbox import call, enqueue
from kyodo_match.opportunities.rules import SlotMode
from kyodo_match.signups.outbox.kinds import Kind
from kyodo_match.signups.outbox.letters import Notice, letter_of, script_of
from kyodo_match.signups.queries.draws import in_draw
from kyodo_match.signups.rules import Channel

# Said of every application; of one in a draw it is said about the draw, not about its first wish.
_OF_ANY_SIGNUP = (Kind.CANCELLED, Kind.PARTICIPANT_CANCELLED, Kind.CONTACT_CHANGED, Kind.LINK)


def tell(session: Session, notice: Notice, *, now: datetime, phone_first: bool = False) -> None:
    """Write a notice down for delivery, once by its key.

    Someone without e-mail is phoned; so is everybody with a number where there is no time to write
    (`phone_first`), and whoever's address is known not to take mail: not again about what staff
    have just said to them (`told_by`). Walk-ins stand before the desk and are told there.
    Source: docs/rules/outbox.md.
    """
    signup = notice.signup
    if signup.channel is Channel.WALK_IN:
        return
    undrawn = notice.slot.mode is SlotMode.LOTTERY and not notice.had_place
    if undrawn and notice.kind in _OF_ANY_SIGNUP:
        draw = in_draw(session, signup, now=now)
        notice = replace(notice, about=draw.title) if draw else notice
    if _write(session, notice, now=now, phone_first=phone_first) or not notice.is_spoken:
        return
    call(
        session,
        key=notice.key,
        kind=notice.kind,
        signup_id=signup.public_id,
        script=script_of(notice),
        now=now,
        due_at=notice.call_by or notice.deadline,
        told_by=notice.told_by,
    )


def _write(session: Session, notice: Notice, *, now: datetime, phone_first: bool) -> bool:
    """Put the letter into the outbox; whether that is all there is to do."""
    signup = notice.signup
    recipient = notice.to or signup.email
    if not recipient or (phone_first and signup.phone and not notice.to):
        return False
    is_under_way = enqueue(
        session,
        letter_of(notice, now=now),
        key=notice.key,
        recipient=recipient,
        now=now,
        signup_id=signup.public_id,
        # Without it the letter holds no link, and nobody phones when it comes back.
        access_version=None if notice.to else signup.access_version,
        anyway=not (signup.phone or notice.to),
    )
    return is_under_way or bool(notice.to)
