"""参加実績: what happened on the day, and results from before the system."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyodo_match.core.db import Base, by_value, int_pk
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant


class AttendanceEvent(Base):
    """出欠の記録: append-only; `participant.attendance` is what it comes to."""

    __tablename__ = "attendance_event"

    id: Mapped[int_pk]
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("participant.id"), index=True)
    state: Mapped[Attendance] = mapped_column(by_value(Attendance))
    previous: Mapped[Attendance] = mapped_column(by_value(Attendance, name="previous"))
    marked_by: Mapped[str]
    marked_at: Mapped[datetime]
    received_at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(unique=True)  # the same tap sent twice counts once

    participant: Mapped[Participant] = relationship()


class HeadCount(Base):
    """人数のみの記録: people whose names were not taken."""

    __tablename__ = "head_count"
    __table_args__ = (sa.CheckConstraint("adults >= 0 AND children >= 0", name="not_negative"),)

    id: Mapped[int_pk]
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), unique=True)
    adults: Mapped[int]
    children: Mapped[int]
    counted_by: Mapped[str]
    counted_at: Mapped[datetime]

    slot: Mapped[Slot] = relationship()


class SlotTally(Base):
    """日程ごとの集計: kept with every mark, so that figures outlive names."""

    __tablename__ = "slot_tally"
    __table_args__ = (sa.CheckConstraint("visits >= 0", name="visits_not_negative"),)

    id: Mapped[int_pk]
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), unique=True)
    attended: Mapped[int] = mapped_column(default=0)
    absent: Mapped[int] = mapped_column(default=0)
    unmarked: Mapped[int] = mapped_column(default=0)
    head_count_adults: Mapped[int] = mapped_column(default=0)
    head_count_children: Mapped[int] = mapped_column(default=0)
    visits: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]

    slot: Mapped[Slot] = relationship()


class ImportedParticipation(Base):
    """以前の参加実績: one line of results from before; each line is one event."""

    __tablename__ = "imported_participation"
    __table_args__ = (
        sa.CheckConstraint("visits >= 0", name="visits_not_negative"),
        sa.CheckConstraint("people IS NULL OR people BETWEEN 0 AND visits", name="people"),
    )

    id: Mapped[int_pk]
    day: Mapped[date] = mapped_column(index=True)
    kind: Mapped[OpportunityKind] = mapped_column(by_value(OpportunityKind))
    opportunity: Mapped[str]
    group: Mapped[str]
    visits: Mapped[int]
    people: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    imported_at: Mapped[datetime]
