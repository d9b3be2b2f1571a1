"""Results from before the system: taken as a file, line by line, and taken back whole.

Source: docs/rules/imports.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import public_id, use_case
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation import queries
from kyodo_match.participation.errors import (
    AlreadyTakenBack,
    DraftTaken,
    LinesChanged,
    NothingChosen,
)
from kyodo_match.participation.models import ImportDraft, ImportedParticipation
from kyodo_match.participation.rules.drafts import Draft, propose
from kyodo_match.participation.rules.lines import Verdict
from kyodo_match.participation.rules.tables import Column, Layout, Sheet

Line = tuple[date, OpportunityKind, str, str, int, int | None, str]


@use_case
def import_participation(
    session: Session, *, lines: Sequence[Line], now: datetime, actor: str
) -> str:
    """Take results from before, from the command line; gives the batch's public id."""
    draft = ImportDraft(
        public_id=public_id(), file_name="", content={}, created_by=actor, created_at=now
    )
    session.add(draft)
    _take(session, draft, lines, now=now, actor=actor)
    return draft.public_id


@use_case
def keep_draft(
    session: Session,
    *,
    sheets: Sequence[Sheet],
    file_name: str,
    kind: OpportunityKind,
    now: datetime,
    actor: str,
) -> str:
    """Keep a file as it was read until somebody has looked at it; gives the draft's public id."""
    draft = ImportDraft(
        public_id=public_id(),
        file_name=file_name,
        content=propose(sheets, kind=kind.value, file_name=file_name).to_json(),
        created_by=actor,
        created_at=now,
    )
    session.add(draft)
    return draft.public_id


@use_case
def reread_draft(
    session: Session,
    *,
    draft_id: str,
    sheet_index: int,
    first_row: int,
    columns: Mapping[Column, int],
    fiscal_year: int | None,
    kind: OpportunityKind,
    actor: str,
) -> None:
    """Read a draft in another way: another sheet brings its own proposal.

    Raises NoResultFound, DraftTaken.
    """
    row = _own(session, draft_id, actor)
    draft = Draft.from_json(row.content)
    if sheet_index != draft.sheet_index:
        draft = draft.on_sheet(sheet_index, file_name=row.file_name)
    else:
        layout = Layout(first_row, dict(columns))
        draft = replace(draft, layout=layout, fiscal_year=fiscal_year, left_out=None)
    row.content = replace(draft, kind=kind.value).to_json()


@use_case
def choose_lines(
    session: Session, *, draft_id: str, numbers: Collection[int], now: datetime, actor: str
) -> None:
    """Remember which lines of a draft are to be taken. Raises NoResultFound, DraftTaken."""
    row = _own(session, draft_id, actor)
    draft = Draft.from_json(row.content)
    left_out = {line.number for line in draft.lines(today=tokyo_date(now))} - set(numbers)
    row.content = replace(draft, left_out=frozenset(left_out)).to_json()


@use_case
def take_draft(
    session: Session, *, draft_id: str, numbers: Collection[int], now: datetime, actor: str
) -> int:
    """Take the chosen lines of a draft as one batch; gives how many they are.

    What was read is forgotten with it: the lines themselves stay. Raises NoResultFound,
    DraftTaken, NothingChosen, and LinesChanged where one of them was imported meanwhile.
    """
    row = _own(session, draft_id, actor)
    draft = Draft.from_json(row.content)
    if not numbers:
        raise NothingChosen
    lines = {line.number: line for line in queries.compared(session, draft, today=tokyo_date(now))}
    found = [lines[number] for number in sorted(set(numbers)) if number in lines]
    if len(found) < len(set(numbers)) or any(line.verdict is not Verdict.TAKEN for line in found):
        raise LinesChanged
    kind = OpportunityKind(draft.kind)
    _take(
        session,
        row,
        [
            (line.day, kind, line.opportunity, line.group, line.visits, line.people, line.note)
            for line in found
            if line.day is not None
        ],
        now=now,
        actor=actor,
    )
    return len(found)


def _take(
    session: Session, draft: ImportDraft, lines: Sequence[Line], *, now: datetime, actor: str
) -> None:
    visits = sum(line[4] for line in lines)
    session.add_all(
        ImportedParticipation(
            day=day,
            kind=kind,
            opportunity=opportunity,
            group=group,
            visits=visits,
            people=people,
            note=note,
            imported_at=now,
            batch=draft.public_id,
        )
        for day, kind, opportunity, group, visits, people, note in lines
    )
    draft.taken_at = now
    draft.content = {"lines": len(lines), "visits": visits}
    record(
        session,
        "participation.imported",
        actor=actor,
        object_kind="import",
        object_id=draft.public_id,
        now=now,
        lines=len(lines),
        visits=visits,
    )


@use_case
def drop_draft(session: Session, *, draft_id: str, actor: str) -> None:
    """Forget a draft that nobody took. Raises NoResultFound, DraftTaken."""
    session.delete(_own(session, draft_id, actor))


@use_case
def forget_drafts(session: Session, *, now: datetime) -> None:
    """Forget what nobody took within a day of reading it: there may be names in it."""
    session.execute(sa.delete(ImportDraft).where(*queries.are_old_drafts(now)))


@use_case
def take_back(session: Session, *, batch_id: str, reason: str, now: datetime, actor: str) -> int:
    """取消し: remove a batch whole; that it was there stays on record, with the reason.

    Raises NoResultFound, AlreadyTakenBack.
    """
    batch = session.scalars(
        sa.select(ImportDraft)
        .where(ImportDraft.public_id == batch_id, ImportDraft.taken_at.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if "taken_back" in batch.content:
        raise AlreadyTakenBack
    lines, visits = batch.content["lines"], batch.content["visits"]
    session.execute(
        sa.delete(ImportedParticipation).where(ImportedParticipation.batch == batch_id)
    )
    batch.content = {**batch.content, "taken_back": now.isoformat()}
    record(
        session,
        "participation.import-taken-back",
        actor=actor,
        object_kind="import",
        object_id=batch_id,
        now=now,
        reason=reason,
        lines=lines,
        visits=visits,
    )
    return int(lines)


def _own(session: Session, draft_id: str, actor: str) -> ImportDraft:
    """A draft of one's own, with all that wait locked: two files are never taken at one time.

    Else both could hold the same lines, and neither would see those of the other.
    """
    session.execute(
        sa.select(ImportDraft.id)
        .where(sa.or_(ImportDraft.taken_at.is_(None), ImportDraft.public_id == draft_id))
        .order_by(ImportDraft.id)
        .with_for_update()
    )
    own = session.scalars(
        sa.select(ImportDraft)
        .where(ImportDraft.public_id == draft_id, ImportDraft.created_by == actor)
        .execution_options(populate_existing=True)
    ).one()
    if own.taken_at is not None:
        raise DraftTaken
    return own
