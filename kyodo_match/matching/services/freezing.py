"""締切の確定: the list of applications is fixed, hashed and published, all in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core.db import use_case
from kyodo_match.matching.errors.draws import FreezesLater
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.queries import on_file
from kyodo_match.matching.queries.entries import people_of
from kyodo_match.matching.queries.rounds import classes_of, locked_days, locked_round
from kyodo_match.matching.rules import drawing, freezing
from kyodo_match.matching.rules.freezing import DayRules, Party
from kyodo_match.matching.rules.rounds import (
    PersonFacts,
    RoundStatus,
    class_of_party,
    move,
    read_facts,
)
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from kyodo_match.signups.models import Participant
from kyodo_match.signups.queries import live
from kyodo_match.signups.rules import SignupStatus


@use_case
def freeze(session: Session, *, round_id: str, now: datetime, actor: str) -> str:
    """Fix who takes part in a draw, and with what; gives the SHA-256 of the published list.

    Classes follow from the facts as they are verified now, choices that fail a hard rule are
    dropped with their reason, and places and minimum of each day are written down. Raises
    NoResultFound, RoundEdgeNotDrawn, FreezesLater, NotDrawable, PartiesWithReserves.
    Source: docs/rules/draw-ceremony.md.
    """
    one = locked_round(session, round_id)
    status = move(one.status, RoundStatus.FROZEN)
    if now < one.freezes_at:
        raise FreezesLater(one.freezes_at)
    locked_days(session, one)
    for day in one.slots:
        day.capacity = day.slot.capacity - day.slot.places_taken
        day.minimum = day.slot.minimum
    taking_part = [entry for entry in queries.entries_in_order(session, one) if not entry.is_late]
    settle_entries(session, one, taking_part, now=now)
    session.flush()
    units = on_file.listed_units(session, one)
    slots = queries.draw_slots(one)
    one.manifest = drawing.manifest(units)
    one.manifest_sha256 = drawing.manifest_sha256(one.manifest)
    one.terms_sha256 = freezing.terms_sha256(queries.terms_of(one))
    one.manifest_published_at = now
    one.status = status
    one.version += 1
    # Whatever could not be drawn is refused now, and not before the public.
    drawing.record(
        round_id=one.public_id,
        mode=one.mode,
        classes=one.classes,
        slots=slots,
        manifest=one.manifest,
        published_at=now,
    )
    note(
        session,
        "round.frozen",
        one,
        actor=actor,
        now=now,
        entries=len(units),
        manifest_sha256=one.manifest_sha256,
    )
    return one.manifest_sha256


def settle_entries(
    session: Session, one: Round, entries: Sequence[DrawEntry], *, now: datetime
) -> None:
    """A step: verify the facts of live applications, and drop what cannot be had any more."""
    classes = classes_of(one)
    attended = queries.attended_before(session, one)
    busy = queries.busy_people(session, one)
    days = {day.slot_id: _day_rules(day.slot, now=now) for day in one.slots}
    for entry in entries:
        if entry.signup.status is not SignupStatus.ENTERED:
            entry.draw_class = None
            continue
        people = live(entry.signup)
        facts = [
            freezing.verified(said, has_attended=person.person_key in attended)
            for person, said in zip(people, _said(entry, people), strict=True)
        ]
        entry.people = _rows(entry, facts)
        counting = [said for _person, said in people_of(entry, one)]
        entry.size = len(counting)
        entry.draw_class = class_of_party(counting, classes)
        _drop(entry, _party(people, facts, busy), days)


def _party(
    people: Sequence[Participant],
    facts: Sequence[PersonFacts],
    busy: Mapping[str, Sequence[tuple[datetime, datetime]]],
) -> Party:
    """Whom the hard rules ask: not escorts, whom somebody else may stand in for."""
    pairs = zip(people, facts, strict=True)
    taking_part = [(person, said) for person, said in pairs if not person.is_escort]
    return Party(
        [person.age_group for person, _said in taking_part],
        [said.residency for _person, said in taking_part],
        [times for person, _ in taking_part for times in busy.get(person.person_key, ())],
    )


def _rows(entry: DrawEntry, facts: Sequence[PersonFacts]) -> list[dict[str, Any]]:
    """The facts as they are kept: a row for each participant, who has cancelled included."""
    rows, coming = list(entry.people), iter(facts)
    if len(rows) != len(entry.signup.participants):
        return [said.row() for said in facts]
    return [
        row if person.cancelled_at else next(coming).row()
        for person, row in zip(entry.signup.participants, rows, strict=True)
    ]


def _drop(entry: DrawEntry, party: Party, days: Mapping[int, DayRules]) -> None:
    for choice in entry.choices:
        reason = freezing.dropped(party, days[choice.slot_id])
        choice.dropped = reason.value if reason else ""


def _said(entry: DrawEntry, people: Sequence[Participant]) -> list[PersonFacts]:
    """The facts of who still comes, as they were said: everybody has a row, in their order.

    Whoever came in without a word of their own counts as tied to the city as the applicant is.
    """
    rows = [read_facts(row) for row in entry.people]
    everybody = entry.signup.participants
    if len(rows) == len(everybody):
        of = {person.id: said for person, said in zip(everybody, rows, strict=True)}
        return [of[person.id] for person in people]
    unsaid = PersonFacts(entry.signup.residency, first_time=False)
    return [rows[place] if place < len(rows) else unsaid for place in range(len(people))]


def _day_rules(slot: Slot, *, now: datetime) -> DayRules:
    opportunity = slot.opportunity
    is_published = opportunity.status in {OpportunityStatus.PUBLISHED, OpportunityStatus.CLOSED}
    return DayRules(
        is_cancelled=slot.status is SlotStatus.CANCELLED,
        is_gone=not is_published or slot.status is SlotStatus.POSTPONED or slot.starts_at <= now,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        min_age=opportunity.min_age,
        max_age=opportunity.max_age,
        residencies=opportunity.residencies,
    )
