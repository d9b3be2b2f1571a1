"""What a round says about an application in it. The round's slice is above this one and tells.

`matching` registers the answer when it is imported; without it nothing is in a draw.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotMode
from kyodo_match.signups.models import QueuePlace, Signup
from kyodo_match.signups.queries.one import WITH_PARTICIPANTS
from kyodo_match.signups.rules import SignupStatus


@dataclass(frozen=True)
class InDraw:
    """抽選の申込み as its pages and letters show it."""

    round_id: str
    title: str
    entry_number: str
    wishes: Sequence[Slot]  # in order, the first wish first
    standing: Sequence[Slot]  # those of them that can still be drawn
    classes: Sequence[str]  # the published table, best class first
    closes_at: datetime
    draw_at: datetime | None
    draw_place: str
    most_choices: int
    is_late: bool  # came after the deadline: it goes after everyone
    is_drawn: bool  # in public: whoever looks can see what came of it, before all are told
    can_change: bool  # until the deadline; the office until the list is frozen
    office_can_change: bool
    had_place: bool  # the draw gave it one


Teller = Callable[[Session, Signup, datetime], InDraw | None]
Wishing = Callable[[Collection[int]], sa.Select[int]]
Promise = Callable[[Session, Slot], int]
_tellers: list[Teller] = []
_wishing: list[Wishing] = []
_promises: list[Promise] = []


def register(teller: Teller, wishing: Wishing) -> None:
    """Let a slice above say what it knows of an application, and who wishes for some days."""
    _tellers.append(teller)
    _wishing.append(wishing)


def register_places(promise: Promise) -> None:
    """Let a slice above say how many places of a day it has promised."""
    _promises.append(promise)


def promised_places(session: Session, slot: Slot) -> int:
    """How many places of a day are announced for a draw whose results are not out yet."""
    return max((promise(session, slot) for promise in _promises), default=0)


def in_draw(session: Session, signup: Signup, *, now: datetime) -> InDraw | None:
    """What a round says of an application; None where it is in none."""
    found = (teller(session, signup, now) for teller in _tellers)
    return next((one for one in found if one is not None), None)


def concerns_its_day(session: Session, signup: Signup, *, now: datetime) -> bool:
    """Whether an application is for the people of a day: not while, or when, a draw gave it none.

    Its first wish is a day whose group need not know who hoped for it.
    """
    if signup.status is SignupStatus.ENTERED:
        return False
    if signup.status not in {SignupStatus.NOT_SELECTED, SignupStatus.CANCELLED}:
        return True
    draw = in_draw(session, signup, now=now)
    return draw is None or draw.had_place


def shown_draw(session: Session, signup: Signup, *, now: datetime) -> InDraw | None:
    """The draw that the page of an application shows: it waits for it, or had no place in it."""
    left = signup.status is SignupStatus.CANCELLED and signup.slot.mode is SlotMode.LOTTERY
    if left or signup.status in {SignupStatus.ENTERED, SignupStatus.NOT_SELECTED}:
        return in_draw(session, signup, now=now)
    return None


def hope_for(slots: Collection[int]) -> sa.ColumnElement[bool]:
    """A condition on sign-ups: they wish for one of these days in a draw, or wait for it by one.

    Whatever day is the one of their application. Days are named by their keys.
    """
    wished = sa.or_(Signup.slot_id.in_(slots), *(Signup.id.in_(one(slots)) for one in _wishing))
    waits = sa.select(QueuePlace.signup_id).where(QueuePlace.slot_id.in_(slots))
    return sa.or_(
        sa.and_(Signup.status == SignupStatus.ENTERED, wished),
        sa.and_(Signup.status == SignupStatus.WAITLISTED, Signup.id.in_(waits)),
    )


def hoping(session: Session, slot: Slot) -> Sequence[Signup]:
    """Who hopes for a day by a draw, with participants, in the order of receipt."""
    return session.scalars(WITH_PARTICIPANTS.where(hope_for([slot.id])).order_by(Signup.id)).all()
