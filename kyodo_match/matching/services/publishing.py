"""結果の発表: every application gets its edge and its message; then late ones, then what is left.

A separate act of staff after a look at the results. Source: docs/rules/draw-ceremony.md.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core.db import use_case
from kyodo_match.matching.errors.draws import FrozenChanged, PlacesGone
from kyodo_match.matching.models.rounds import DrawEntry
from kyodo_match.matching.outbox.draws import said_of
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.queries.rounds import locked_days, locked_round
from kyodo_match.matching.rules.rounds import RoundStatus, move
from kyodo_match.matching.services.freezing import settle_entries
from kyodo_match.matching.services.leftovers import end_drawing, give_away
from kyodo_match.matching.services.supplements import (
    Desk,
    answer_by,
    place_displaced,
    place_late,
)
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups.queries import crowd, live, size_of
from kyodo_match.signups.rules import SignupStatus
from kyodo_match.signups.services import drawn
from kyodo_match.signups.services.edges import settle_places


@use_case
def publish(session: Session, *, round_id: str, now: datetime, actor: str) -> None:
    """Tell everybody what the draw has given them, once.

    Who was placed on a day that is not held any more is placed again with the others' places
    untouched, late applications come after everyone, and what then is left is taken in order of
    application. Raises NoResultFound, RoundEdgeNotDrawn, FrozenChanged, PlacesGone.
    """
    one = locked_round(session, round_id)
    status = move(one.status, RoundStatus.PUBLISHED)
    if differs := queries.changed_since(session, one):
        raise FrozenChanged(differs)
    slots = locked_days(session, one)
    desk = Desk(one, slots, office_of(session), now=now, actor=actor)
    entries = queries.entries_in_order(session, one)
    waiting = [entry for entry in entries if entry.signup.status is SignupStatus.ENTERED]
    in_draw = [entry for entry in waiting if not entry.is_late]
    _check_room(session, slots, in_draw)
    one.status, one.published_at, one.published_by = status, now, actor
    one.version += 1
    drawn.close_calls(session, [entry.signup for entry in waiting], by=desk.by)
    among = sum(entry.position is not None for entry in entries)
    again = [entry for entry in in_draw if not _give(session, desk, entry, among)]
    for slot in slots.values():
        settle_places(session, slot, office=desk.office, now=now)
    late = [entry for entry in waiting if entry.is_late]
    settle_entries(session, one, late, now=now)
    place_displaced(session, desk, again)
    place_late(session, desk, late)
    give_away(session, desk)
    end_drawing(desk)
    note(
        session,
        "round.published",
        one,
        actor=actor,
        now=now,
        told=len(waiting),
        again=len(again),
        late=len(late),
    )


def _check_room(session: Session, slots: dict[int, Slot], in_draw: list[DrawEntry]) -> None:
    for key, slot in slots.items():
        here = [entry.signup for entry in in_draw if entry.placed_slot_id == key]
        placed = sum(size_of(slot, live(signup)) for signup in here)
        is_held = slot.status is SlotStatus.SCHEDULED
        if is_held and crowd(session, slot).taken + placed > slot.capacity:
            raise PlacesGone(slot.opportunity.title, capacity=slot.capacity, drawn=placed)


def _give(session: Session, desk: Desk, entry: DrawEntry, among: int) -> bool:
    """Give one application what was drawn for it; False where its day is not held any more."""
    said = said_of(desk.round, entry, among=among)
    if entry.placed_slot_id is not None:
        slot = desk.slots[entry.placed_slot_id]
        if not desk.is_open(slot):
            return False
        until = answer_by(desk.round, now=desk.now)
        drawn.place(session, entry.signup, slot, said=said, answer_by=until, by=desk.by)
        return True
    places = [
        (desk.slots[choice.slot_id], choice.waitlist_position)
        for choice in entry.choices
        if choice.waitlist_position is not None and desk.is_open(desk.slots[choice.slot_id])
    ]
    if places:
        drawn.wait(session, entry.signup, places, said=said, by=desk.by)
    else:
        drawn.decline(session, entry.signup, said=said, by=desk.by)
    return True
