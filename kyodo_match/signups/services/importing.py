"""Applications from a file: the whole file or nothing. Source: docs/rules/places.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.core.errors import DomainError
from kyodo_match.core.secrets import Keys
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries
from kyodo_match.signups.errors import (
    AlreadyOnFile,
    LinesRefused,
    SignupRefused,
    SlotUnknown,
)
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Application, SignupStatus
from kyodo_match.signups.services.applying import check_taken, take_places


class Party(Protocol):
    """One application of a file: the lines it stands on, and which day it is for."""

    @property
    def lines(self) -> tuple[int, ...]: ...
    @property
    def slot_id(self) -> str: ...
    @property
    def application(self) -> Application: ...


@dataclass(frozen=True)
class Imported:
    """What became of one line; a rehearsal gives no receipt number."""

    line: int
    receipt_number: str
    status: SignupStatus


class _RehearsalOver(Exception):
    """Ends a rehearsal, so that its transaction is rolled back."""

    def __init__(self, done: list[Imported]) -> None:
        self.done = done


def import_signups(
    *, parties: Sequence[Party], keys: Keys, now: datetime, actor: str, dry_run: bool = False
) -> list[Imported]:
    """Take the applications of a file one after the other, in one transaction.

    Each is placed as `sign_up` places it, in the order of the file, and its applicant is told; the
    limits on how often somebody may apply are not for files. A rehearsal (`dry_run`) does the same
    and keeps nothing. Raises LinesRefused with every application that cannot be taken.
    """
    try:
        return _take_all(parties=parties, keys=keys, now=now, actor=actor, dry_run=dry_run)
    except _RehearsalOver as rehearsal:
        return rehearsal.done


@use_case
def _take_all(
    session: Session,
    *,
    parties: Sequence[Party],
    keys: Keys,
    now: datetime,
    actor: str,
    dry_run: bool,
) -> list[Imported]:
    slots = _locked(session, {party.slot_id for party in parties})
    office = office_of(session)
    taken: dict[int, Signup] = {}  # by first line
    refused: list[tuple[int, DomainError]] = []
    for party in parties:
        slot = slots.get(party.slot_id)
        try:
            if slot is None:
                raise SlotUnknown
            taken[party.lines[0]] = _take(
                session, slot, party, taken, office=office, keys=keys, now=now, actor=actor
            )
        except SignupRefused as refusal:
            refused.append((party.lines[0], refusal))
    if refused:
        raise LinesRefused(refused)
    done = [
        Imported(
            line,
            "" if dry_run else taken[party.lines[0]].receipt_number,
            taken[party.lines[0]].status,
        )
        for party in parties
        for line in party.lines
    ]
    done.sort(key=lambda imported: imported.line)
    if dry_run:
        raise _RehearsalOver(done)
    record(
        session,
        "signups.imported",
        actor=actor,
        object_kind="signups",
        object_id="import",
        now=now,
        lines=len(done),
        signups=len(taken),
        slots=sorted(slots),
    )
    return done


def _locked(session: Session, public_ids: set[str]) -> dict[str, Slot]:
    """The days of the file, locked in the order of their keys as everybody locks several."""
    in_order = session.scalars(
        sa.select(Slot.public_id).where(Slot.public_id.in_(public_ids)).order_by(Slot.id)
    ).all()
    return {public_id: locked_slot(session, public_id) for public_id in in_order}


def _take(
    session: Session,
    slot: Slot,
    party: Party,
    taken: dict[int, Signup],
    *,
    office: Office,
    keys: Keys,
    now: datetime,
    actor: str,
) -> Signup:
    application = party.application
    check_taken(slot, application, now=now)
    earlier = queries.same_person(session, slot, application)
    if earlier is not None:
        line = next((line for line, signup in taken.items() if signup is earlier), None)
        raise AlreadyOnFile(number="" if line else earlier.receipt_number, line=line)
    return take_places(
        session,
        slot,
        application,
        crowd=queries.crowd(session, slot),
        office=office,
        keys=keys,
        now=now,
        actor=actor,
    )
