"""抽選: rounds, their slots, the applications in them and the record of the draw."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyodo_match.core.db import Base, by_value, hex_id, int_pk
from kyodo_match.matching.rules.rounds import MinimumDecision, PaperRule, RoundMode, RoundStatus
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.signups.models import Signup


class Round(Base):
    """抽選（回）: slots that are drawn together, from the draft to the published record.

    `classes` is the published table, best class first: `[{"class": 0, "name": …, "residencies":
    […], "first_time": true}]`. `manifest` is what was published before the draw, byte for byte.
    What is published of a round and its days can be changed no more: triggers say so.
    """

    __tablename__ = "round"
    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_closes"),
        sa.CheckConstraint("closes_at <= freezes_at", name="closes_before_freezes"),
        sa.CheckConstraint("most_choices BETWEEN 1 AND 5", name="most_choices"),
        sa.CheckConstraint("party_limit BETWEEN 1 AND 5", name="party_limit"),
        sa.CheckConstraint(
            "(manifest IS NULL) = (manifest_sha256 IS NULL)", name="manifest_whole"
        ),
        sa.CheckConstraint("(manifest IS NULL) = (terms_sha256 IS NULL)", name="terms_whole"),
        sa.CheckConstraint("(seed IS NULL) = (entropy IS NULL)", name="seed_whole"),
        sa.CheckConstraint("seed IS NULL OR manifest IS NOT NULL", name="manifest_before_seed"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    status: Mapped[RoundStatus] = mapped_column(by_value(RoundStatus), default=RoundStatus.DRAFT)
    mode: Mapped[RoundMode] = mapped_column(by_value(RoundMode), default=RoundMode.SERIAL)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]  # the deadline T
    extended_from: Mapped[datetime | None]  # the deadline that was announced first
    paper_rule: Mapped[PaperRule] = mapped_column(by_value(PaperRule), default=PaperRule.ARRIVAL)
    freezes_at: Mapped[datetime]  # T, or some days after it where the postmark counts
    draw_at: Mapped[datetime | None]  # when and where it is drawn in public
    draw_place: Mapped[str] = mapped_column(default="")
    entropy_plan: Mapped[str] = mapped_column(default="")  # named in advance: dice, balls, a draw
    confirm_by: Mapped[date | None]  # until when who was placed says that they come
    most_choices: Mapped[int] = mapped_column(default=3)
    party_limit: Mapped[int] = mapped_column(default=5)
    classes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON())
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    last_entry: Mapped[int] = mapped_column(default=0)  # the last 抽選番号 given, under its lock
    manifest: Mapped[str | None]
    manifest_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    terms_sha256: Mapped[str | None] = mapped_column(sa.String(64))  # of mode, classes and days
    manifest_published_at: Mapped[datetime | None]
    entropy: Mapped[str | None]
    entropy_source: Mapped[str | None]
    entropy_recorded_at: Mapped[datetime | None]
    entropy_recorded_by: Mapped[str | None]
    witnesses: Mapped[str] = mapped_column(default="")
    seed: Mapped[str | None] = mapped_column(sa.String(64))
    code_version: Mapped[str | None]
    drawn_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]

    slots: Mapped[list["RoundSlot"]] = relationship(
        back_populates="round", order_by="RoundSlot.position"
    )

    @property
    def escorts_count(self) -> bool:
        """Whether 付き添い take places: on all of its days, or on none."""
        return any(day.slot.escorts_count for day in self.slots)

    @property
    def activity(self) -> Opportunity | None:
        """What all of its days are days of; None where they are of several."""
        first = self.slots[0].slot.opportunity if self.slots else None
        return first if all(day.slot.opportunity is first for day in self.slots) else None

    def __repr__(self) -> str:
        return f"<Round {self.public_id} {self.status}>"


class RoundSlot(Base):
    """抽選の日程: a slot of a round; capacity and minimum as they stood when it was frozen."""

    __tablename__ = "round_slot"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "position"),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_whole"),
    )

    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    position: Mapped[int]
    capacity: Mapped[int | None]
    minimum: Mapped[int | None]
    reserves: Mapped[dict[str, Any]]  # {"0": 5}: so many places for class 0 first
    decision: Mapped[MinimumDecision | None] = mapped_column(by_value(MinimumDecision))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]

    round: Mapped[Round] = relationship(back_populates="slots")
    slot: Mapped[Slot] = relationship()


class DrawEntry(Base):
    """抽選の申込み: one application of a round, under the number that only the draw knows.

    `people` holds the facts of each participant that decide the class, in their order:
    `[{"residency": "resident", "first_time": true, "verified": false}]`. `draw_class` and
    `number` are written at the freeze and at the draw; `is_late` goes after everyone.
    """

    __tablename__ = "draw_entry"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "entry_number"),
        sa.CheckConstraint("size BETWEEN 1 AND 5", name="size"),
        sa.Index("ix_draw_entry_round_position", "round_id", "position"),
    )

    id: Mapped[int_pk]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    signup_id: Mapped[int] = mapped_column(sa.ForeignKey("signup.id"), unique=True)
    entry_number: Mapped[str]
    size: Mapped[int]
    people: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON())
    postmarked_on: Mapped[date | None]  # paper, where the postmark counts
    is_late: Mapped[bool] = mapped_column(default=False)
    draw_class: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(sa.String(64))
    position: Mapped[int | None]  # in drawing order, from 1
    placed_slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("slot.id"), index=True)

    signup: Mapped[Signup] = relationship()
    placed_slot: Mapped[Slot | None] = relationship()
    choices: Mapped[list["DrawChoice"]] = relationship(
        back_populates="entry", order_by="DrawChoice.rank"
    )


class DrawPerson(Base):
    """抽選の申込者: each person of a round once, whatever the application."""

    __tablename__ = "draw_person"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    person_key: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("draw_entry.id"), index=True)


class DrawChoice(Base):
    """希望順位: one ranked wish of an application; why it was dropped, or where it waits."""

    __tablename__ = "draw_choice"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "slot_id"),
        sa.CheckConstraint("rank BETWEEN 1 AND 5", name="rank"),
    )

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("draw_entry.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), index=True)
    dropped: Mapped[str] = mapped_column(default="")  # a reason code; empty: stands
    waitlist_position: Mapped[int | None]

    entry: Mapped[DrawEntry] = relationship(back_populates="choices")
    slot: Mapped[Slot] = relationship()


class DrawSupplement(Base):
    """再配置の記録: who was placed anew after a slot was cancelled; nobody placed is moved."""

    __tablename__ = "draw_supplement"

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    record: Mapped[dict[str, Any]]

    round: Mapped[Round] = relationship()
