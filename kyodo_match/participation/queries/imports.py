"""Results from before: drafts, batches, and what there is already on the days of a file."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import midnight, tokyo_date
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityKind, SlotStatus
from kyodo_match.participation.models import ImportDraft, ImportedParticipation, SlotTally
from kyodo_match.participation.rules.drafts import Draft, Known, compare
from kyodo_match.participation.rules.lines import Line

_BATCHES = 100
_DRAFTS_KEPT = timedelta(days=1)


def draft_or_batch(session: Session, public_id: str, *, actor: str) -> ImportDraft | None:
    """One's own draft, or a batch that anybody took: a draft of somebody else is none."""
    return session.scalar(
        sa.select(ImportDraft).where(
            ImportDraft.public_id == public_id,
            sa.or_(ImportDraft.taken_at.is_not(None), ImportDraft.created_by == actor),
        )
    )


def batches(session: Session) -> Sequence[ImportDraft]:
    """What was taken, the latest first."""
    return session.scalars(
        sa.select(ImportDraft)
        .where(ImportDraft.taken_at.is_not(None))
        .order_by(ImportDraft.taken_at.desc(), ImportDraft.id.desc())
        .limit(_BATCHES)
    ).all()


def own_drafts(session: Session, *, actor: str) -> Sequence[ImportDraft]:
    """Files that somebody uploaded and has not taken yet, the latest first."""
    return session.scalars(
        sa.select(ImportDraft)
        .where(ImportDraft.taken_at.is_(None), ImportDraft.created_by == actor)
        .order_by(ImportDraft.id.desc())
    ).all()


def are_old_drafts(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Which drafts nobody took within a day. Source: docs/rules/imports.md."""
    return ImportDraft.taken_at.is_(None), ImportDraft.created_at < now - _DRAFTS_KEPT


def has_old_drafts(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return (
        session.scalar(sa.select(ImportDraft.id).where(*are_old_drafts(now)).limit(1)) is not None
    )


def lines_of_batch(session: Session, batch_id: str) -> Sequence[ImportedParticipation]:
    """The lines of a batch, by day."""
    return session.scalars(
        sa.select(ImportedParticipation)
        .where(ImportedParticipation.batch == batch_id)
        .order_by(ImportedParticipation.day, ImportedParticipation.id)
    ).all()


def compared(session: Session, draft: Draft, *, today: date) -> list[Line]:
    """The lines of a draft, compared with what was imported and counted on their days."""
    lines = draft.lines(today=today)
    days = [line.day for line in lines if line.day is not None]
    if not days:
        return lines
    first, last, kind = min(days), max(days), OpportunityKind(draft.kind)
    return compare(
        lines,
        imported=_imported(session, kind, first, last),
        counted=_counted(session, kind, first, last),
    )


def _imported(session: Session, kind: OpportunityKind, first: date, last: date) -> list[Known]:
    row = ImportedParticipation
    found = session.execute(
        sa.select(row.day, row.opportunity, row.group, row.visits).where(
            row.kind == kind, row.day.between(first, last)
        )
    )
    return [Known(*line) for line in found]


def _counted(session: Session, kind: OpportunityKind, first: date, last: date) -> list[Known]:
    found = session.execute(
        sa.select(Slot.starts_at, Opportunity.title, Group.name, SlotTally.visits)
        .join(SlotTally, SlotTally.slot_id == Slot.id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .join(Group, Group.id == Opportunity.group_id)
        .where(
            Opportunity.kind == kind,
            Slot.status != SlotStatus.CANCELLED,
            SlotTally.visits > 0,
            Slot.starts_at >= midnight(first),
            Slot.starts_at < midnight(last + timedelta(days=1)),
        )
    )
    return [
        Known(tokyo_date(starts_at), title, group, visits)
        for starts_at, title, group, visits in found
    ]
