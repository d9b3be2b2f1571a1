"""A day that people have signed up for: moved to another time or place, or withdrawn whole.

Who has a place keeps it and is asked whether they still come.
Source: docs/rules/changed-days.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import note, record
from kyodo_match.core.db import use_case
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.opportunities.errors import ChangedMeanwhile, Incomplete, SlotInUse
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.outbox import tell_moved, was_and_is
from kyodo_match.opportunities.rules import (
    CONTENT,
    COUNTED_ON,
    HAS_HISTORY,
    MATTERS,
    PLANNED,
    Content,
    Held,
    SlotPlan,
    SlotStatus,
    changes,
    check_editable,
    meanwhile,
)
from kyodo_match.opportunities.services.slots import (
    check_coming,
    check_not_drawn_for,
    locked_day,
    replan,
)
from kyodo_match.opportunities.services.states import take_back
from kyodo_match.opportunities.services.texts import held_there, rewrite
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import ActivityBegun, NothingChanged, SlotNotHeld
from kyodo_match.signups.models import Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.queries.draws import hoping
from kyodo_match.signups.rules import SURE, Channel, SignupStatus
from kyodo_match.signups.services.cancelling import call_off
from kyodo_match.signups.services.drawn import stand_under_last_day
from kyodo_match.signups.services.edges import drop_calls, note_edge, settle_places

_S = SignupStatus


@use_case
def change_day(
    session: Session,
    *,
    slot_id: str,
    plan: SlotPlan,
    reason: str,
    actor: str,
    now: datetime,
    office: bool,
    version: str | None = None,
) -> None:
    """Move a day to another date, time or place, and ask everybody who has a place.

    Capacity and mode have ways of their own; `version` is what the form began from (`version_of`
    of what matters). Raises NoResultFound, NotEditable, SlotPast, SlotNotHeld, ActivityBegun,
    ChangedMeanwhile, NothingChanged, SlotInUse, SlotInDraw, SlotFaulty, ModeNotYet.
    """
    opportunity, slot = locked_day(session, slot_id)
    check_editable(opportunity.status, office=office)
    check_coming(slot, now)
    check_not_drawn_for(slot)
    signups = queries.live_of(session, slot)
    _check_movable(slot, signups, now=now)
    if version is not None and (
        since := meanwhile(version, stands=slot, typed=plan, names=MATTERS)
    ):
        raise ChangedMeanwhile(theirs=since.theirs, both=since.both)
    _, changed = changes(slot, plan, PLANNED)
    if not set(changed) & set(MATTERS):
        raise NothingChanged
    if set(changed) & (set(COUNTED_ON) - set(MATTERS)):
        raise SlotInUse(slot_id)
    stood = slot.held
    replan(session, slot, plan, actor=actor, now=now, office=office, reason=reason)
    desk = office_of(session)
    _tell_all(session, [_Moved(slot, stood, signups)], office=desk, now=now, actor=actor)
    settle_places(session, slot, office=desk, now=now)
    stand_under_last_day(session, slot)
    record(
        session,
        "slot.moved",
        actor=actor,
        object_kind="slot",
        object_id=slot_id,
        now=now,
        reason=reason,
        changed=sorted(changed),
        asked=sum(1 for signup in signups if signup.status in SURE),
    )


@use_case
def change_place(
    session: Session,
    *,
    opportunity_id: str,
    place: str,
    address: str,
    reason: str,
    actor: str,
    now: datetime,
    office: bool,
) -> None:
    """Move a whole opportunity to another place, and ask those of the days held there.

    A day with a place of its own stays where it is. Raises NoResultFound, NotEditable, Incomplete
    where the place is blank, NothingChanged, ActivityBegun.
    """
    opportunity = opportunities.locked_opportunity(session, opportunity_id)
    check_editable(opportunity.status, office=office)
    if not place:
        raise Incomplete(("place",))
    if place == opportunity.place:
        raise NothingChanged
    held = [
        _Moved(slot, slot.held, queries.live_of(session, slot))
        for slot in held_there(session, opportunity, now=now)
    ]
    for one in held:
        _check_movable(one.slot, one.signups, now=now)
    said = Content(**{name: getattr(opportunity, name) for name in CONTENT})
    rewrite(
        session,
        opportunity,
        replace(said, place=place, address=address),
        "opportunity.place-changed",
        actor=actor,
        now=now,
        office=office,
        reason=reason,
    )
    desk = office_of(session)
    _tell_all(session, held, office=desk, now=now, actor=actor)
    for one in held:
        settle_places(session, one.slot, office=desk, now=now)


@use_case
def withdraw_opportunity(
    session: Session,
    *,
    opportunity_id: str,
    reason: str,
    actor: str,
    now: datetime,
    office: bool = False,
) -> None:
    """取り下げ: take an opportunity back for good; its coming days are called off, all are told.

    `office` says that the group is to be told. Raises NoResultFound, EdgeNotDrawn.
    """
    opportunity = opportunities.locked_opportunity(session, opportunity_id)
    desk = office_of(session)
    was_public = opportunity.status in HAS_HISTORY
    for slot in opportunities.locked_slots(session, opportunity):
        if was_public and slot.ends_at > now and slot.status is not SlotStatus.CANCELLED:
            call_off(session, slot, reason=reason, office=desk, now=now, actor=actor)
    take_back(session, opportunity, reason=reason, actor=actor, now=now, office=office)


@dataclass(frozen=True)
class _Moved:
    """A day that has moved, where it stood, and who has an application for it."""

    slot: Slot
    stood: Held
    signups: Sequence[Signup]

    @property
    def words(self) -> str:
        """What was and what is, a line each."""
        return was_and_is(self.slot, self.stood)


def _tell_all(
    session: Session, moved: Sequence[_Moved], *, office: Office, now: datetime, actor: str
) -> None:
    """Whoever has a place on these days, hopes for one, or was asked to come."""
    for one in moved:
        hopeful = hoping(session, one.slot)
        others = [s for s in hopeful if s.status is _S.ENTERED or s.slot_id != one.slot.id]
        for signup in one.signups:
            if signup not in others:
                _ask(session, signup, one, office=office, now=now, actor=actor)
        for signup in others:
            notice = Notice(
                Kind.DRAW_DAY_CHANGED,
                signup,
                one.slot,
                office,
                occasion=str(one.slot.calendar_sequence),
                was=one.words,
            )
            tell(session, notice, now=now)
    tell_moved(session, [(one.slot, one.stood) for one in moved], office=office, now=now)


def _check_movable(slot: Slot, signups: Sequence[Signup], *, now: datetime) -> None:
    """What was called off or has begun stays what it is, and so does who came."""
    if slot.status is SlotStatus.CANCELLED:
        raise SlotNotHeld
    marked = any(
        person.attendance != "unmarked" for one in signups for person in queries.live(one)
    )
    if now >= slot.last_call or marked:
        raise ActivityBegun(slot.last_call)


def _ask(
    session: Session,
    signup: Signup,
    moved: _Moved,
    *,
    office: Office,
    now: datetime,
    actor: str,
) -> None:
    """Tell one sign-up what has changed; who has a place is asked, who waits stays in the queue.

    Where the old or the new start is near, a mail may be read too late: it is a phone call.
    """
    if signup.channel is Channel.WALK_IN:
        return
    slot, was = moved.slot, moved.words
    occasion = str(slot.calendar_sequence)
    if signup.status not in SURE:
        _keep_waiting(session, signup, slot, was, office=office, now=now, occasion=occasion)
        return
    _move_to_asked(session, signup, now=now, actor=actor)
    signup.answers_draw = False
    signup.answer_by = rules.answer_by(now=now, starts_at=slot.last_call, calendar=office.calendar)
    drop_calls(session, signup, now=now)
    notice = Notice(
        Kind.CHANGED,
        signup,
        slot,
        office,
        deadline=signup.answer_by,
        occasion=occasion,
        was=was,
    )
    stop = rules.offers_stop(stop_at=None, starts_at=min(moved.stood.last_call, slot.last_call))
    tell(session, notice, now=now, phone_first=now >= stop)


def _move_to_asked(session: Session, signup: Signup, *, now: datetime, actor: str) -> None:
    old = signup.status
    if old is _S.AWAITING_ANSWER:
        note(session, "signup.asked-again", signup, actor=actor, now=now)
        return
    signup.status = rules.move(old, _S.AWAITING_ANSWER)
    note_edge(session, signup, old, now=now, actor=actor)


def _keep_waiting(
    session: Session,
    signup: Signup,
    slot: Slot,
    was: str,
    *,
    office: Office,
    now: datetime,
    occasion: str,
) -> None:
    offer = queries.open_offer(signup)
    if offer is not None:
        # An offer never outlives the time from which nobody is offered anything.
        stop = rules.offers_stop(stop_at=slot.offers_stop_at, starts_at=slot.last_call)
        latest = rules.offer_expires_at(
            now=now, starts_at=slot.last_call, offers_stop_at=stop, calendar=office.calendar
        )
        is_shorter = latest < offer.expires_at
        offer.expires_at = min(offer.expires_at, latest)
        if is_shorter or not signup.email:
            # What was said names a later deadline, and the call on the list the old day.
            drop_calls(session, signup, now=now)
            again = Notice(
                Kind.OFFER, signup, slot, office, deadline=offer.expires_at, occasion=occasion
            )
            tell(session, again, now=now, phone_first=now >= stop)
    notice = Notice(Kind.CHANGED_WAITING, signup, slot, office, occasion=occasion, was=was)
    tell(session, notice, now=now)
