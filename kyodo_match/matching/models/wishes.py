"""希望とおすすめ: what somebody wishes, what was put before them and why."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyodo_match.core.db import Base, Tags, by_value, hex_id, int_pk
from kyodo_match.groups.models import Group
from kyodo_match.matching.rules.wishes import Frequency, ShownIn, WishState
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.signups.rules import AgeGroup, Residency


class Wish(Base):
    """希望: where, when, what and with whom; kept with an e-mail address and no name.

    Everything but the address is a choice from a list. `access_version` makes its links.
    """

    __tablename__ = "wish"
    __table_args__ = (
        sa.CheckConstraint("party_size BETWEEN 1 AND 20", name="party_size"),
        sa.Index("ix_wish_due", "state", "frequency", "next_alert_at"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    email: Mapped[str] = mapped_column(index=True, info={"personal": "contact"})
    district: Mapped[str] = mapped_column(default="", info={"personal": "attribute"})
    drives: Mapped[bool] = mapped_column(default=False)
    remote_ok: Mapped[bool] = mapped_column(default=False)
    times: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())  # FREE_TIMES
    fields: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())  # plain nine
    kinds: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())  # none: all
    skills: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())
    party_size: Mapped[int] = mapped_column(default=1)
    age_group: Mapped[AgeGroup | None] = mapped_column(by_value(AgeGroup))
    residency: Mapped[Residency | None] = mapped_column(by_value(Residency))
    beginner: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[bool] = mapped_column(default=False)  # has what days ask for
    frequency: Mapped[Frequency] = mapped_column(by_value(Frequency), default=Frequency.NONE)
    state: Mapped[WishState] = mapped_column(by_value(WishState), default=WishState.UNCONFIRMED)
    access_version: Mapped[int] = mapped_column(default=1)
    privacy_version: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    next_alert_at: Mapped[datetime | None]
    last_alert_at: Mapped[datetime | None]


class Dismissal(Base):
    """今後表示しない: an opportunity that a wish does not want to see again."""

    __tablename__ = "dismissal"

    wish_id: Mapped[int] = mapped_column(
        sa.ForeignKey("wish.id", ondelete="CASCADE"), primary_key=True
    )
    opportunity_id: Mapped[int] = mapped_column(
        sa.ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]

    opportunity: Mapped[Opportunity] = relationship()


class Weights(Base):
    """配点: one version of the points, and which boosts are on. The highest version counts."""

    __tablename__ = "weights"
    __table_args__ = (sa.CheckConstraint("version > 0", name="version_positive"),)

    id: Mapped[int_pk]
    version: Mapped[int] = mapped_column(unique=True)
    points: Mapped[dict[str, Any]]
    boosts: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="")
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class Recommendation(Base):
    """おすすめの記録: what was sent to a wish, with everything that led to it."""

    __tablename__ = "recommendation"
    __table_args__ = (sa.UniqueConstraint("wish_id", "slot_id"),)

    id: Mapped[int_pk]
    wish_id: Mapped[int] = mapped_column(sa.ForeignKey("wish.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), index=True)
    score: Mapped[int]
    parts: Mapped[dict[str, Any]]
    boosts: Mapped[dict[str, Any]]
    filters: Mapped[dict[str, Any]]
    weights_version: Mapped[int]
    sent_at: Mapped[datetime]

    slot: Mapped[Slot] = relationship()


class Exposure(Base):
    """紹介の回数: how often a group's days were put before somebody, by day and place."""

    __tablename__ = "exposure"
    __table_args__ = (
        sa.UniqueConstraint("day", "group_id", "shown_in"),
        sa.CheckConstraint("shown >= 0", name="shown_not_negative"),
    )

    id: Mapped[int_pk]
    day: Mapped[date]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("group.id"), index=True)
    shown_in: Mapped[ShownIn] = mapped_column(by_value(ShownIn))
    shown: Mapped[int]

    group: Mapped[Group] = relationship()
