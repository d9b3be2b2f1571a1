"""抽選の結果: the steps by which a draw gives places, queues or declines.

Whoever calls them holds the locks of all days of the draw, has closed the calls of those whom
they tell (`close_calls`), and settles the places afterwards. Nothing is written in between, so
that the results of thousands are written at once.
Source: docs/rules/draw-ceremony.md.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import SYSTEM, note
from kyodo_match.notifications.outbox import settle_calls_of
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.settings.rules import Office
from kyodo_match.signups import rules
from kyodo_match.signups.models import QueuePlace, Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.queries.draws import hoping
from kyodo_match.signups.queries.places import draw_places
from kyodo_match.signups.rules import SignupStatus
from kyodo_match.signups.services.edges import note_edge


@dataclass(frozen=True)
class Said:
    """What the letter about a draw says of it: the round's title, and lines of published facts."""

    title: str
    lines: str
    occasion: str = ""


@dataclass(frozen=True)
class By:
    """Who tells what was drawn, and when."""

    office: Office
    now: datetime
    actor: str


def close_calls(session: Session, signups: Iterable[Signup], *, by: By) -> None:
    """What open calls of these sign-ups would have said is overtaken by what they are told now."""
    settle_calls_of(
        session,
        [signup.public_id for signup in signups],
        outcome=CallOutcome.NOT_NEEDED,
        by=SYSTEM,
        now=by.now,
    )


def place(
    session: Session,
    signup: Signup,
    slot: Slot,
    *,
    said: Said,
    answer_by: datetime | None,
    by: By,
) -> None:
    """A drawn place: sure at once, or asked about until `answer_by`. Raises EdgeNotDrawn."""
    signup.slot = slot
    _move(session, signup, SignupStatus.CONFIRMED, by=by)
    kind = Kind.DRAW_PLACED
    if answer_by is not None:
        _move(session, signup, SignupStatus.AWAITING_ANSWER, by=by)
        signup.answer_by, signup.answers_draw = min(answer_by, slot.starts_at), True
        kind = Kind.DRAW_ASKED
    notice = Notice(
        kind,
        signup,
        slot,
        by.office,
        deadline=signup.answer_by,
        was=said.lines,
        occasion=said.occasion,
    )
    tell(session, notice, now=by.now)


def wait(
    session: Session,
    signup: Signup,
    places: Sequence[tuple[Slot, int]],
    *,
    said: Said,
    by: By,
) -> None:
    """補欠: let an application wait for each of these days, at its place in each queue.

    Its own day is the last of them: until then something can still be offered. Raises
    EdgeNotDrawn.
    """
    signup.slot = max((slot for slot, _position in places), key=lambda slot: slot.starts_at)
    for slot, position in places:
        session.add(QueuePlace(signup_id=signup.id, slot_id=slot.id, position=position))
    _move(session, signup, SignupStatus.WAITLISTED, by=by)
    _tell(session, Kind.DRAW_WAITING, signup, said, by=by)


def decline(session: Session, signup: Signup, *, said: Said, by: By) -> None:
    """Nothing to give and nothing to wait for. Raises EdgeNotDrawn."""
    _move(session, signup, SignupStatus.NOT_SELECTED, by=by)
    _tell(session, Kind.DRAW_NOT_SELECTED, signup, said, by=by)


def displace(
    session: Session,
    signup: Signup,
    slot: Slot,
    *,
    said: Said,
    by: By,
) -> None:
    """Another day instead of a drawn one that is not held: the place stays sure, and is told.

    What was asked about the first day is asked no more: who does not come cancels.
    """
    old, stood = signup.status, signup.slot
    signup.slot = slot
    if old is SignupStatus.AWAITING_ANSWER:
        signup.status = rules.move(old, SignupStatus.CONFIRMED)
        signup.answer_by, signup.answers_draw = None, False
    signup.calendar_sequence += stood.calendar_sequence + 1
    note(
        session,
        "signup.displaced",
        signup,
        actor=by.actor,
        now=by.now,
        old=stood.public_id,
        new=slot.public_id,
    )
    notice = Notice(
        Kind.DRAW_MOVED, signup, slot, by.office, was=said.lines, occasion=said.occasion
    )
    tell(session, notice, now=by.now)


def leave_day(session: Session, slot: Slot, *, now: datetime) -> Collection[Signup]:
    """Take a day that is not held out of what people hope for by a draw; who that is.

    Who waits for other days too waits for those; who has not been drawn yet is drawn for the
    others, and may have wished for this one in any place. Who waits for nothing else is left as
    it is, to be cancelled with the day.
    """
    going_on = [
        signup
        for signup in hoping(session, slot)
        if signup.status is SignupStatus.ENTERED or _waits_elsewhere(session, signup, slot, now)
    ]
    session.execute(sa.delete(QueuePlace).where(QueuePlace.slot_id == slot.id))
    return going_on


def stand_under_last_day(session: Session, slot: Slot) -> None:
    """A step once a day has moved and is settled: who waits for several stands under the last.

    Until then something can still be offered to them.
    """
    for signup in hoping(session, slot):
        if signup.status is SignupStatus.WAITLISTED:
            signup.slot = draw_places(session, signup)[-1][0]


def _waits_elsewhere(session: Session, signup: Signup, left: Slot, now: datetime) -> bool:
    other = session.scalar(
        sa.select(Slot)
        .join(QueuePlace, QueuePlace.slot_id == Slot.id)
        .where(
            QueuePlace.signup_id == signup.id,
            Slot.id != left.id,
            Slot.status != SlotStatus.CANCELLED,
            Slot.starts_at > now,
        )
        .order_by(Slot.starts_at.desc(), Slot.id)
        .limit(1)
    )
    if other is not None:
        signup.slot = other
    return other is not None


def _move(session: Session, signup: Signup, new: SignupStatus, *, by: By) -> None:
    old = signup.status
    signup.status = rules.move(old, new)
    note_edge(session, signup, old, now=by.now, actor=by.actor)


def _tell(session: Session, kind: Kind, signup: Signup, said: Said, *, by: By) -> None:
    notice = Notice(
        kind,
        signup,
        signup.slot,
        by.office,
        was=said.lines,
        about=said.title,
        occasion=said.occasion,
    )
    tell(session, notice, now=by.now)
