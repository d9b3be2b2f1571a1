"""抽選: the public draw is held once, with what was drawn in front of everybody."""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core.db import use_case
from kyodo_match.matching.errors.draws import (
    CeremonyRefused,
    DrawnBefore,
    EntropyBlank,
    FrozenChanged,
)
from kyodo_match.matching.models.rounds import DrawChoice, DrawEntry, Round
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.queries.rounds import locked_round
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.ceremony import as_recorded
from kyodo_match.matching.rules.drawing import Result
from kyodo_match.matching.rules.rounds import RoundStatus, move


@dataclass(frozen=True)
class Held:
    """A draw that was held: in drawing order; `repeated` where it only came to the same again."""

    results: tuple[Result, ...]
    seed: str | None
    repeated: bool = False


def hold_draw(
    *,
    round_id: str,
    entropy: str,
    source: str,
    actor: str,
    now: datetime,
    witnesses: str = "",
    dry_run: bool = False,
) -> Held:
    """Draw from the published list, with the text that was drawn in public.

    The same text again gives the same and changes nothing. Where every first choice has room
    nothing is drawn (step 2) and no text is kept. What is refused because another text came, or
    because the applications are not the published ones, is noted and shown to staff.

    Raises NoResultFound, RoundEdgeNotDrawn, EntropyBlank, FrozenChanged, DrawnBefore.
    Source: docs/rules/draw-ceremony.md.
    """
    entropy, source = as_recorded(entropy), as_recorded(source)
    if not entropy or not source:
        raise EntropyBlank
    outcome = _hold(
        round_id=round_id,
        entropy=entropy,
        source=source,
        actor=actor,
        now=now,
        witnesses=witnesses,
        dry_run=dry_run,
    )
    # These refusals leave a note, so they are raised once that is committed.
    if isinstance(outcome, CeremonyRefused):
        raise outcome
    return outcome


@use_case
def _hold(
    session: Session,
    *,
    round_id: str,
    entropy: str,
    source: str,
    actor: str,
    now: datetime,
    witnesses: str,
    dry_run: bool,
) -> Held | CeremonyRefused:
    one = locked_round(session, round_id)
    is_drawn = one.drawn_at is not None
    if not is_drawn:
        move(one.status, RoundStatus.DRAWN)
    if differs := queries.changed_since(session, one):
        _note_refusal(
            session,
            one,
            "differs",
            actor=actor,
            now=now,
            differences=[f"{found.code} {found.entry}".strip() for found in differs],
        )
        return FrozenChanged(differs)
    units, slots = drawing.read_manifest(one.manifest or ""), queries.draw_slots(one)
    needed = drawing.needs_draw(units, slots)
    kept = entropy if needed else None
    if is_drawn and kept != one.entropy:
        _note_refusal(session, one, "other_entropy", actor=actor, now=now, entropy=entropy)
        return DrawnBefore()
    seed = None if kept is None else drawing.seed(one.public_id, kept)
    held = Held(
        drawing.draw(units, slots, seed=seed, mode=one.mode),
        None if seed is None else seed.hex(),
        repeated=is_drawn,
    )
    if not is_drawn and not dry_run:
        _write(session, one, held, kept=kept, source=source, actor=actor, now=now)
        one.witnesses = witnesses
    return held


def _write(
    session: Session,
    one: Round,
    held: Held,
    *,
    kept: str | None,
    source: str,
    actor: str,
    now: datetime,
) -> None:
    one.status = RoundStatus.DRAWN
    one.version += 1
    one.seed, one.entropy = held.seed, kept
    if kept is not None:
        one.entropy_source, one.entropy_recorded_at = source, now
        one.entropy_recorded_by = actor
    one.code_version = f"kyodo-match {version('kyodo-match')}"
    one.drawn_at = now
    session.flush()
    _write_results(session, one, held.results)
    note(
        session,
        "round.drawn",
        one,
        actor=actor,
        now=now,
        entries=len(held.results),
        placed=sum(1 for result in held.results if result.slot is not None),
        seed=held.seed,
        needed=kept is not None,
    )


def _write_results(session: Session, one: Round, results: tuple[Result, ...]) -> None:
    """Thousands of rows at once: by their keys, without objects."""
    numbers = sa.select(DrawEntry.entry_number, DrawEntry.id).where(DrawEntry.round_id == one.id)
    ids = {row.entry_number: row.id for row in session.execute(numbers)}
    days = {day.slot.public_id: day.slot_id for day in one.slots}
    ranks = {
        (row.entry_id, row.slot_id): row.rank
        for row in session.execute(
            sa.select(DrawChoice.entry_id, DrawChoice.slot_id, DrawChoice.rank)
            .join(DrawEntry, DrawEntry.id == DrawChoice.entry_id)
            .where(DrawEntry.round_id == one.id)
        )
    }
    session.execute(
        sa.update(DrawEntry),
        [
            {
                "id": ids[result.entry],
                "number": result.number,
                "position": position,
                "placed_slot_id": None if result.slot is None else days[result.slot],
            }
            for position, result in enumerate(results, start=1)
        ],
    )
    waiting = [
        {
            "entry_id": ids[result.entry],
            "rank": ranks[ids[result.entry], days[at.slot]],
            "waitlist_position": at.position,
        }
        for result in results
        for at in result.waitlist
    ]
    if waiting:
        session.execute(sa.update(DrawChoice), waiting)


def _note_refusal(
    session: Session, one: Round, why: str, *, actor: str, now: datetime, **facts: Any
) -> None:
    note(session, "round.draw-refused", one, actor=actor, now=now, why=why, **facts)
