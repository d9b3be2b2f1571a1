"""A round from the freeze on: its list, its results, and what anyone may read of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from kyodo_match.core.paging import paged
from kyodo_match.matching.errors.drawing import NotDrawable
from kyodo_match.matching.errors.draws import Difference
from kyodo_match.matching.models.rounds import (
    DrawChoice,
    DrawEntry,
    DrawSupplement,
    Round,
)
from kyodo_match.matching.queries import on_file
from kyodo_match.matching.queries.rounds import rounds_in
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.drawing import Drawn, DrawSlot, Unit
from kyodo_match.matching.rules.freezing import (
    Differs,
    changed_results,
    differences,
    terms_sha256,
)
from kyodo_match.matching.rules.rounds import RoundStatus
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import SURE, SignupStatus

_WITH_CHOICES = selectinload(DrawEntry.choices).joinedload(DrawChoice.slot, innerjoin=True)
_WITH_PARTY = joinedload(DrawEntry.signup, innerjoin=True).selectinload(Signup.participants)
WITH_ALL = (_WITH_CHOICES, _WITH_PARTY)
FROZEN = (RoundStatus.FROZEN, RoundStatus.DRAWN, RoundStatus.PUBLISHED)


def entries_in_order(session: Session, one: Round) -> Sequence[DrawEntry]:
    """Every application of a round, with party and choices: in drawing order, else as received."""
    return session.scalars(
        sa.select(DrawEntry)
        .where(DrawEntry.round_id == one.id)
        .options(_WITH_CHOICES, _WITH_PARTY)
        .order_by(DrawEntry.position.is_(None), DrawEntry.position, DrawEntry.id)
        .execution_options(populate_existing=True)
    ).all()


# --- The list that was published --------------------------------------------


def unit_of(entry: DrawEntry, choices: Iterable[DrawChoice] | None = None) -> Unit:
    """An application as it enters the draw: with the choices that stand."""
    standing = entry.choices if choices is None else choices
    return Unit(
        entry.entry_number,
        entry.size,
        entry.draw_class or 0,
        tuple(one.slot.public_id for one in standing if not one.dropped),
    )


def terms_of(one: Round) -> dict[str, Any]:
    """What is published of a round beside its list, in the words of its record.

    Its days are those of `draw_slots`: as they were written down at the freeze.
    """
    return {
        "version": drawing.VERSION,
        "round": one.public_id,
        "mode": one.mode.value,
        "classes": [{"class": row["class"], "name": row["name"]} for row in one.classes],
        "slots": [drawing.slot_as_json(slot) for slot in draw_slots(one)],
    }


def draw_slots(one: Round) -> tuple[DrawSlot, ...]:
    """The days of a frozen round as the draw knows them."""
    return tuple(
        DrawSlot(
            day.slot.public_id,
            day.capacity or 0,
            day.minimum,
            {int(of): most for of, most in (day.reserves or {}).items()},
        )
        for day in one.slots
    )


def changed_since(session: Session, one: Round) -> tuple[Difference, ...]:
    """In what rows and published list of a frozen round differ: nothing, where all is well."""
    manifest = one.manifest or ""
    if drawing.manifest_sha256(manifest) != one.manifest_sha256:
        return (
            Difference(
                Differs.MANIFEST_BYTES,
                old=one.manifest_sha256 or "",
                new=drawing.manifest_sha256(manifest),
            ),
        )
    if (terms := terms_sha256(terms_of(one))) != one.terms_sha256:
        return (Difference(Differs.TERMS_CHANGED, old=one.terms_sha256 or "", new=terms),)
    try:
        published = drawing.read_manifest(manifest)
    except NotDrawable as error:
        return tuple(
            Difference(Differs.MANIFEST_UNREADABLE, new=one.code) for one in error.findings
        )
    found = differences(published, on_file.listed_units(session, one))
    if found or one.drawn_at is None:
        return found
    seed = None if one.entropy is None else drawing.seed(one.public_id, one.entropy)
    drawn = drawing.draw(published, draw_slots(one), seed=seed, mode=one.mode)
    return changed_results(drawn, on_file.results(session, one))


def changed_rounds(session: Session) -> list[tuple[Round, tuple[Difference, ...]]]:
    """Rounds whose rows are no longer what was published: for the operator."""
    frozen = rounds_in(session, *FROZEN)
    found = [(one, changed_since(session, one)) for one in frozen]
    return [(one, differs) for one, differs in found if differs]


def record_of(one: Round) -> dict[str, Any]:
    """The record of a round from the freeze on, as `/draws/<id>.json` gives it.

    Before the draw it ends with the moment of its publication. What is drawn is drawn again from
    what is published: the rows of the results are not asked.
    """
    drawn = None
    if one.drawn_at is not None:
        drawn = Drawn(
            one.entropy, one.entropy_source, one.entropy_recorded_at, one.code_version or ""
        )
    return drawing.record(
        round_id=one.public_id,
        mode=one.mode,
        classes=one.classes,
        slots=draw_slots(one),
        manifest=one.manifest or "",
        published_at=one.manifest_published_at or one.freezes_at,
        drawn=drawn,
    )


def record_tag(one: Round) -> str:
    """The same as long as the record says the same: whoever has it need not have it again.

    To say so nothing is drawn.
    """
    said = (
        terms_sha256(terms_of(one)),
        drawing.manifest_sha256(one.manifest or ""),
        one.manifest_published_at,
        one.drawn_at,
        one.entropy,
        one.entropy_source,
        one.entropy_recorded_at,
        one.code_version,
    )
    return sha256(repr(said).encode()).hexdigest()


def announcement_of(one: Round) -> dict[str, Any]:
    """What is known of an open round, in the words of its later record: places as they are now."""
    now = {day.slot.public_id: day.slot for day in one.slots}
    terms = terms_of(one)
    return {
        **terms,
        "slots": [
            {**day, "capacity": now[day["id"]].capacity, "minimum": now[day["id"]].minimum}
            for day in terms["slots"]
        ],
    }


def supplements_of(session: Session, one: Round) -> Sequence[DrawSupplement]:
    """What was placed after the draw, in order."""
    return session.scalars(
        sa.select(DrawSupplement)
        .where(DrawSupplement.round_id == one.id)
        .order_by(DrawSupplement.id)
    ).all()


# --- Facts that the freeze verifies -----------------------------------------


def attended_before(session: Session, one: Round) -> set[str]:
    """The person keys of a round that have been somewhere before, as attendance says."""
    earlier = aliased(Participant)
    return set(
        session.scalars(
            sa.select(Participant.person_key)
            .join(DrawEntry, DrawEntry.signup_id == Participant.signup_id)
            .join(earlier, earlier.person_key == Participant.person_key)
            .where(DrawEntry.round_id == one.id, earlier.attendance == "attended")
            .distinct()
        )
    )


def busy_people(session: Session, one: Round) -> dict[str, list[tuple[datetime, datetime]]]:
    """When people of a round have a sure place elsewhere, by person key: on days that are held.

    The days of a standing need are still to be agreed on.
    """
    other, placed = aliased(Participant), aliased(Signup)
    rows = session.execute(
        sa.select(Participant.person_key, Slot.starts_at, Slot.ends_at)
        .join(DrawEntry, DrawEntry.signup_id == Participant.signup_id)
        .join(other, other.person_key == Participant.person_key)
        .join(placed, placed.id == other.signup_id)
        .join(Slot, Slot.id == placed.slot_id)
        .where(
            DrawEntry.round_id == one.id,
            Participant.cancelled_at.is_(None),
            other.cancelled_at.is_(None),
            placed.status.in_(SURE),
            Slot.status == SlotStatus.SCHEDULED,
            Slot.standing.is_(False),
        )
        .distinct()
    )
    busy = defaultdict(list)
    for key, starts_at, ends_at in rows:
        busy[key].append((starts_at, ends_at))
    return dict(busy)


# --- What is shown ----------------------------------------------------------

PAGE = 200


@dataclass(frozen=True)
class TableRow:
    """One line of the public table: an entry number and what it came to."""

    entry: DrawEntry
    waits: Sequence[DrawChoice]


@dataclass(frozen=True)
class Table:
    """A page of the public table."""

    rows: Sequence[TableRow]
    total: int
    page: int
    pages: int


def table(session: Session, one: Round, *, entry: str = "", page: int = 1) -> Table:
    """The applications of the published list in drawing order, or the one that is asked for."""
    conditions = [
        DrawEntry.round_id == one.id,
        DrawEntry.draw_class.is_not(None),
        DrawEntry.is_late.is_(False),
    ]
    if entry:
        conditions.append(DrawEntry.entry_number == entry)
    total = session.scalars(
        sa.select(sa.func.count()).select_from(DrawEntry).where(*conditions)
    ).one()
    page, pages = paged(page, total=total, size=PAGE)
    found = session.scalars(
        sa.select(DrawEntry)
        .where(*conditions)
        .options(_WITH_CHOICES)
        .order_by(DrawEntry.position.is_(None), DrawEntry.position, DrawEntry.entry_number)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    rows = [
        TableRow(
            entry, [choice for choice in entry.choices if choice.waitlist_position is not None]
        )
        for entry in found
    ]
    return Table(rows, total, page, pages)


def last_placed(session: Session, one: Round) -> dict[int, int]:
    """The turn of the last application that the draw placed on each day, by the day's key.

    From the rows: a page for everybody does not draw anew for each reader.
    """
    rows = session.execute(
        sa.select(DrawEntry.placed_slot_id, sa.func.max(DrawEntry.position))
        .where(DrawEntry.round_id == one.id, DrawEntry.position.is_not(None))
        .group_by(DrawEntry.placed_slot_id)
    )
    return {slot: position or 0 for slot, position in rows if slot is not None}


def placed_of(session: Session, one: Round) -> tuple[int, int]:
    """How many applications the draw has placed, of how many."""
    placed, drawn = session.execute(
        sa.select(sa.func.count(DrawEntry.placed_slot_id), sa.func.count()).where(
            DrawEntry.round_id == one.id, DrawEntry.position.is_not(None)
        )
    ).one()
    return placed, drawn


@dataclass(frozen=True)
class LateEntries:
    """締切に遅れた申込み: how many there are, and how many of them still wait for their turn."""

    all: int
    waiting: int


def late_entries(session: Session, one: Round) -> LateEntries:
    """How many came late and were not withdrawn before their turn."""
    entered = Signup.status == SignupStatus.ENTERED
    every, waiting = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(entered))
        .select_from(DrawEntry)
        .join(Signup, Signup.id == DrawEntry.signup_id)
        .where(
            DrawEntry.round_id == one.id,
            DrawEntry.is_late.is_(True),
            sa.or_(Signup.status != SignupStatus.CANCELLED, DrawEntry.placed_slot_id.is_not(None)),
        )
    ).one()
    return LateEntries(every, waiting)


def newest_rounds(session: Session, *, now: datetime, most: int = 3) -> Sequence[Round]:
    """Rounds that are open now, drawn soon, or published within a month: for the home page."""
    return session.scalars(
        sa.select(Round)
        .where(
            sa.or_(
                sa.and_(Round.status == RoundStatus.OPEN, Round.opens_at <= now),
                Round.status.in_((RoundStatus.FROZEN, RoundStatus.DRAWN)),
                sa.and_(
                    Round.status == RoundStatus.PUBLISHED,
                    Round.published_at > now - _NEWLY,
                ),
            )
        )
        .order_by(Round.closes_at, Round.id)
        .limit(most)
    ).all()


_NEWLY = timedelta(days=30)
