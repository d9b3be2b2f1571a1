"""残った席: what a draw leaves is taken in the order of application from the next office day."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.clock import midnight, tokyo_date
from kyodo_match.core.db import use_case
from kyodo_match.matching.models.rounds import Round, RoundSlot
from kyodo_match.matching.queries.rounds import locked_days, locked_round
from kyodo_match.matching.rules.rounds import MinimumDecision, RoundStatus
from kyodo_match.matching.services.supplements import Desk
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotMode, evening_before
from kyodo_match.opportunities.services.revisions import set_day
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import OfficeCalendar
from kyodo_match.signups.queries import crowd


def opening_of_leftovers(now: datetime, calendar: OfficeCalendar) -> datetime:
    """When leftover places open: at the first opening of the office after today, for everybody."""
    return calendar.next_opening(midnight(tokyo_date(now) + timedelta(days=1)))


def give_away(session: Session, desk: Desk) -> int:
    """A step: open the days with free places for which nobody waits. How many.

    Not where the day is below its minimum and nobody has decided yet, and not where it would
    close before it opens. Source: docs/rules/draw-ceremony.md.
    """
    opens_at = opening_of_leftovers(desk.now, desk.office.calendar)
    opened = 0
    for day in desk.round.slots:
        slot = desk.slots[day.slot_id]
        if _is_left(session, desk, day, slot) and opens_at < evening_before(slot.starts_at):
            _open(session, desk, slot, opens_at)
            opened += 1
    return opened


def _is_left(session: Session, desk: Desk, day: RoundSlot, slot: Slot) -> bool:
    counted = crowd(session, slot)
    is_short = slot.minimum is not None and counted.taken < slot.minimum
    is_decided = day.decision in {MinimumDecision.HOLD, MinimumDecision.EXTEND}
    return (
        desk.is_open(slot)
        and slot.opens_at == desk.round.opens_at  # not opened since, though it may have moved
        and counted.taken < slot.capacity
        and counted.waiting == 0
        and (is_decided or not is_short)
    )


def _open(session: Session, desk: Desk, slot: Slot, opens_at: datetime) -> None:
    new = {
        "mode": SlotMode.FIRST_COME,
        "opens_at": opens_at,
        "closes_at": evening_before(slot.starts_at),
    }
    set_day(session, slot, new, by=desk.actor, now=desk.now, office=True)


def end_drawing(desk: Desk) -> None:
    """A step: what is not left over is a day like any other from now on, closed to newcomers."""
    for slot in desk.slots.values():
        slot.mode = SlotMode.FIRST_COME


@use_case
def open_leftovers(session: Session, *, round_id: str, now: datetime, actor: str) -> int:
    """The same later, where a queue has come to its end. How many days were opened.

    Raises NoResultFound.
    """
    one: Round = locked_round(session, round_id)
    if one.status is not RoundStatus.PUBLISHED:
        return 0
    desk = Desk(one, locked_days(session, one), office_of(session), now=now, actor=actor)
    opened = give_away(session, desk)
    if opened:
        record(
            session,
            "round.leftovers-opened",
            actor=actor,
            object_kind="round",
            object_id=round_id,
            now=now,
            days=opened,
        )
    return opened
