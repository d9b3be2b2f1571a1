"""団体: the register and its members."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyodo_match.accounts.models import Account
from kyodo_match.core.db import Base, Tags, by_value, hex_id, int_pk
from kyodo_match.groups.rules import GroupKind, GroupStatus, MemberRole


class Group(Base):
    """団体: registered with the city; what of it is public is listed in `public_items`."""

    __tablename__ = "group"
    __table_args__ = (
        sa.CheckConstraint("members IS NULL OR members >= 0", name="members_not_negative"),
        sa.CheckConstraint(
            "ended_on IS NULL OR registered_on IS NULL OR registered_on <= ended_on",
            name="registered_before_ended",
        ),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    name: Mapped[str] = mapped_column(unique=True)
    kana: Mapped[str] = mapped_column(default="", index=True)
    kind: Mapped[GroupKind] = mapped_column(by_value(GroupKind))
    legal_form: Mapped[str] = mapped_column(default="")
    law_fields: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())  # "1" … "20"
    plain_fields: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())
    representative: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    founded_on: Mapped[date | None]
    members: Mapped[int | None]
    website: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    activity: Mapped[str] = mapped_column(default="")
    public_items: Mapped[tuple[str, ...]] = mapped_column(
        Tags(), default=("representative", "founded_on", "members", "website")
    )
    status: Mapped[GroupStatus] = mapped_column(by_value(GroupStatus))
    registered_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    def __repr__(self) -> str:
        return f"<Group {self.public_id} {self.status}>"


class GroupMember(Base):
    """団体の担当者: an account's role in a group."""

    __tablename__ = "group_member"
    __table_args__ = (sa.UniqueConstraint("group_id", "account_id"),)

    id: Mapped[int_pk]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("group.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(by_value(MemberRole))
    wants_digest: Mapped[bool] = mapped_column(default=True)  # the daily mail of what changed
    created_at: Mapped[datetime]

    group: Mapped[Group] = relationship()
    account: Mapped[Account] = relationship()
