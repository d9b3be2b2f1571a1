"""参加実績: what happened on the day, and results from before the system."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyodo_match.core.db import Base, by_value, hex_id, int_pk
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation.rules import Attendance, HoursState
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
    reason: Mapped[str] = mapped_column(default="")  # asked where a mark is corrected later

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
    hours_asked_at: Mapped[datetime | None]  # its group was asked for hours, or had them all

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
    batch: Mapped[str] = mapped_column(
        sa.String(12), default="", index=True
    )  # one file, one batch


class ReceptionLink(Base):
    """受付用リンク: opens the reception of one day without signing in; shows names only.

    Its token is made of the public id by the installation's key and is never stored.
    """

    __tablename__ = "reception_link"
    __table_args__ = (
        sa.CheckConstraint("valid_from < expires_at", name="valid_before_expires"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_whole"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), index=True)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    valid_from: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    slot: Mapped[Slot] = relationship()


class MarkRequest(Base):
    """実績記入のお願い: the office asked a group to write down who came."""

    __tablename__ = "mark_request"

    id: Mapped[int_pk]
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]

    slot: Mapped[Slot] = relationship()


class ImportDraft(Base):
    """取込みの下見: a file as it was read, shown line by line before anything is taken over."""

    __tablename__ = "import_draft"

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    file_name: Mapped[str]
    content: Mapped[dict[str, Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]


class ActivityHours(Base):
    """活動時間: how long somebody was active on a day; recorded by them or the group, approved."""

    __tablename__ = "activity_hours"
    __table_args__ = (
        sa.UniqueConstraint("participant_id", "day"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_of_a_day"),
        sa.CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name="decided_whole"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("participant.id"))
    day: Mapped[date] = mapped_column(index=True)
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(default="", info={"personal": "attribute"})
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    state: Mapped[HoursState] = mapped_column(by_value(HoursState), default=HoursState.RECORDED)
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")  # why it was returned, or changed

    participant: Mapped[Participant] = relationship()
