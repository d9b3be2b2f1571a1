"""募集・日程: what a group offers, and the days it offers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyodo_match.core.db import Base, Tags, by_value, hex_id, int_pk, public_id, tell
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.rules import (
    HAS_HISTORY,
    CapacityUnit,
    Held,
    NeedPattern,
    OpportunityKind,
    OpportunityStatus,
    Places,
    RolePlan,
    SlotMode,
    SlotStatus,
)


class Opportunity(Base):
    """募集: what a group offers. The city is a group of kind `public`."""

    __tablename__ = "opportunity"
    __table_args__ = (
        sa.CheckConstraint("min_age IS NULL OR min_age >= 0", name="min_age_not_negative"),
        sa.CheckConstraint(
            "min_age IS NULL OR max_age IS NULL OR min_age <= max_age", name="ages_in_order"
        ),
        sa.CheckConstraint(
            "insurance_days IS NULL OR insurance_days >= 0", name="insurance_days_not_negative"
        ),
        sa.Index("ix_opportunity_status_kind", "status", "kind"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("group.id"), index=True)
    kind: Mapped[OpportunityKind] = mapped_column(by_value(OpportunityKind))
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    law_fields: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())  # "1" … "20"
    plain_fields: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())
    district: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    meeting_place: Mapped[str] = mapped_column(default="")
    access: Mapped[str] = mapped_column(default="")
    parking: Mapped[str] = mapped_column(default="")
    fee: Mapped[str] = mapped_column(default="")
    bring: Mapped[str] = mapped_column(default="")
    rain: Mapped[str] = mapped_column(default="")
    for_whom: Mapped[str] = mapped_column(default="")
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    escort: Mapped[str] = mapped_column(default="")
    barrier_free: Mapped[str] = mapped_column(default="")
    alone_welcome: Mapped[bool | None]
    beginner_welcome: Mapped[bool | None]
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    # What matching asks: how people take part, who may, and what has to be ready before.
    pattern: Mapped[NeedPattern | None] = mapped_column(by_value(NeedPattern))  # volunteer needs
    is_remote: Mapped[bool] = mapped_column(default=False)  # online or at home
    leave_early_ok: Mapped[bool | None]
    residencies: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())  # none: everybody
    wanted_skills: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())
    certificate: Mapped[str] = mapped_column(default="")  # which one is needed, in words
    guardian_consent: Mapped[bool] = mapped_column(default=False)  # minors bring it on paper
    insurance_days: Mapped[int | None]  # how many days before the start it must be arranged
    status: Mapped[OpportunityStatus] = mapped_column(
        by_value(OpportunityStatus), default=OpportunityStatus.DRAFT
    )
    return_comment: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    # What changes here changes SearchGram with it: services/searching.py.
    search_text: Mapped[str] = mapped_column(default="", active_history=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship()
    slots: Mapped[list["Slot"]] = relationship(
        back_populates="opportunity", order_by="Slot.starts_at"
    )

    def __repr__(self) -> str:
        return f"<Opportunity {self.public_id} {self.kind} {self.status}>"


class Slot(Base):
    """枠・日程: one date and time of an opportunity, with a number of places.

    Times left blank by the group stay NULL until publication fills them in.
    """

    __tablename__ = "slot"
    __table_args__ = (
        sa.CheckConstraint("capacity > 0", name="capacity_positive"),
        sa.CheckConstraint("starts_at < ends_at", name="starts_before_ends"),
        sa.CheckConstraint("places_taken BETWEEN 0 AND capacity", name="never_above_capacity"),
        sa.CheckConstraint("minimum IS NULL OR minimum BETWEEN 1 AND capacity", name="minimum"),
        sa.CheckConstraint("party_limit >= 1", name="party_limit_positive"),
        sa.CheckConstraint(
            "waitlist_limit IS NULL OR waitlist_limit >= 0", name="waitlist_limit_not_negative"
        ),
        sa.Index("ix_slot_opportunity_starts", "opportunity_id", "starts_at"),
        # Not led by the status, which nearly all share: it would lead the list to all of them.
        sa.Index("ix_slot_starts", "starts_at", "status"),
        # The list walks along it: the next days first, what is over or cancelled skipped within.
        sa.Index("ix_slot_next", "last_call", "opportunity_id", "ends_at", "status", "standing"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    opportunity_id: Mapped[int] = mapped_column(sa.ForeignKey("opportunity.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    cancel_until: Mapped[datetime | None]
    offers_stop_at: Mapped[datetime | None]
    capacity: Mapped[int]
    capacity_unit: Mapped[CapacityUnit] = mapped_column(
        by_value(CapacityUnit), default=CapacityUnit.PEOPLE
    )
    minimum: Mapped[int | None]
    party_limit: Mapped[int] = mapped_column(default=5)
    waitlist_limit: Mapped[int | None]
    pass_smaller: Mapped[bool] = mapped_column(default=False)
    escorts_count: Mapped[bool] = mapped_column(default=False)  # 付き添い take places as well
    mode: Mapped[SlotMode] = mapped_column(by_value(SlotMode), default=SlotMode.FIRST_COME)
    place: Mapped[str] = mapped_column(default="")  # where it differs from the opportunity's
    standing: Mapped[bool] = mapped_column(
        default=False
    )  # 随時: from the first to the last of these days, whenever group and volunteer agree
    places_taken: Mapped[int] = mapped_column(default=0)  # kept by signups, under this row's lock
    places_waiting: Mapped[int] = mapped_column(
        default=0
    )  # likewise: lists say キャンセル待ち from it
    places_held: Mapped[int] = mapped_column(
        default=0
    )  # likewise: free places that those who wait come first for
    undecided: Mapped[int] = mapped_column(
        default=0
    )  # likewise: applications that a group's answer or a draw will decide
    status: Mapped[SlotStatus] = mapped_column(by_value(SlotStatus), default=SlotStatus.SCHEDULED)
    cancelled_reason: Mapped[str] = mapped_column(default="")
    calendar_sequence: Mapped[int] = mapped_column(
        default=0
    )  # .ics SEQUENCE: raised by each change

    opportunity: Mapped[Opportunity] = relationship(back_populates="slots")
    role_rows: Mapped[list["Role"]] = relationship(
        back_populates="slot", order_by="Role.position", cascade="all, delete-orphan"
    )

    # The same for the database, which walks along it: never read into an object.
    _last_call: Mapped[datetime] = mapped_column(
        "last_call",
        sa.Computed("CASE WHEN standing THEN ends_at ELSE starts_at END", persisted=True),
        nullable=True,
        deferred=True,
    )

    @hybrid_property
    def last_call(self) -> datetime:
        """Until when people join and leave: the start of a day, the end of a standing need."""
        return self.ends_at if self.standing else self.starts_at

    @last_call.inplace.expression
    @classmethod
    def _last_call_in_sql(cls) -> sa.SQLColumnExpression[datetime]:
        return cls._last_call

    @property
    def held(self) -> Held:
        """When and where."""
        return Held(
            self.starts_at, self.ends_at, self.standing, self.place, self.opportunity.place
        )

    @property
    def places(self) -> Places:
        """How full it is, as it was written down last."""
        return Places(
            self.capacity,
            self.places_taken,
            self.places_held,
            self.places_waiting,
            self.waitlist_limit,
        )

    @property
    def is_applied_for(self) -> bool:
        """Whether somebody has a place, waits for one, or waits for a decision."""
        return bool(self.places_taken or self.places_waiting or self.undecided)

    @property
    def is_drawn_for(self) -> bool:
        """Whether people wish for it in a draw whose results are not out."""
        return self.mode is SlotMode.LOTTERY and self.opportunity.status in HAS_HISTORY

    @property
    def roles(self) -> tuple[RolePlan, ...]:
        """What somebody does here, as it is planned: only volunteer needs have roles."""
        if self.opportunity and self.opportunity.kind is not OpportunityKind.VOLUNTEER:
            return ()
        return tuple(
            RolePlan(row.name, row.head_count, row.skill, row.note, row.public_id)
            for row in self.role_rows
        )

    @roles.setter
    def roles(self, plans: Sequence[RolePlan]) -> None:
        # A role that stays keeps its place in the order: in one flush no two may have the same.
        known = {row.public_id: row for row in self.role_rows}
        last = max((row.position for row in self.role_rows), default=0)
        rows = []
        for plan in plans:
            row = known.get(plan.id)
            if row is None:
                last += 1
                row = Role(public_id=plan.id or public_id(), position=last, taken=0, held=0)
            row.name, row.head_count = plan.name, plan.head_count
            row.skill, row.note = plan.skill, plan.note
            rows.append(row)
        self.role_rows = rows

    def __repr__(self) -> str:
        return (
            f"<Slot {self.public_id} {self.starts_at:%Y-%m-%d %H:%M} "
            f"{self.places_taken}/{self.capacity}>"
        )


class Role(Base):
    """役割: what somebody does on a day of a volunteer need, and how many are needed for it."""

    __tablename__ = "role"
    __table_args__ = (
        sa.UniqueConstraint("slot_id", "position"),
        sa.CheckConstraint("head_count > 0", name="head_count_positive"),
        sa.CheckConstraint("taken BETWEEN 0 AND head_count", name="never_above_head_count"),
        sa.CheckConstraint("held >= 0", name="held_not_negative"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"))
    position: Mapped[int]
    name: Mapped[str]
    head_count: Mapped[int]
    skill: Mapped[str] = mapped_column(default="")  # a Skill, or none
    note: Mapped[str] = mapped_column(default="")
    taken: Mapped[int] = mapped_column(default=0)  # kept by signups, under the slot's lock
    held: Mapped[int] = mapped_column(
        default=0
    )  # likewise: free places that those who wait come first for

    slot: Mapped[Slot] = relationship(back_populates="role_rows")

    @property
    def free(self) -> int:
        """What somebody who comes now could have."""
        return max(self.head_count - self.taken - self.held, 0)

    @property
    def is_awaited(self) -> bool:
        """Whether it lacks people, and those who wait come first."""
        return self.held > 0 and not self.free


class SearchGram(Base):
    """検索の索引: two neighbouring letters, and an opportunity whose search text holds them.

    Compared by code point on both databases: what begins with a letter is a range.
    """

    __tablename__ = "search_gram"
    gram: Mapped[str] = mapped_column(
        sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True
    )
    opportunity_id: Mapped[int] = mapped_column(
        sa.ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True
    )


tell(SearchGram.__table__, sqlite={"with_rowid": False})


class Revision(Base):
    """変更履歴: one change to a published text or one of its days, with what stood before.

    `before` and `after` hold the changed fields only; `slot_id` is the public id of the day that
    changed, or None where the text did. Staff have seen it once `seen_at` is set.
    """

    __tablename__ = "revision"
    __table_args__ = (
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen_whole"),
        sa.Index("ix_revision_opportunity_at", "opportunity_id", "at"),
    )

    id: Mapped[int_pk]
    opportunity_id: Mapped[int] = mapped_column(sa.ForeignKey("opportunity.id"))
    slot_id: Mapped[str | None] = mapped_column(sa.String(12))
    at: Mapped[datetime]
    by: Mapped[str]  # an account's public id
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime | None] = mapped_column(index=True)
    seen_by: Mapped[str | None]

    opportunity: Mapped[Opportunity] = relationship()
