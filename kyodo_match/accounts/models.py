"""人と権限: staff and group members who sign in."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyodo_match.accounts.rules import InvitationPurpose, StaffRole
from kyodo_match.core.db import Base, by_value, hex_id, int_pk


class Account(Base):
    """利用者: someone who signs in. Staff have a role; members are in `group_member`."""

    __tablename__ = "account"

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    staff_role: Mapped[StaffRole | None] = mapped_column(by_value(StaffRole))
    password_hash: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    rights_end_on: Mapped[date | None]
    created_at: Mapped[datetime]

    @property
    def is_staff(self) -> bool:
        return self.staff_role is not None

    def __repr__(self) -> str:
        return f"<Account {self.public_id} {self.staff_role or 'member'}>"


class Invitation(Base):
    """招待: a one-time link. The key makes its token of the public id; it is never stored."""

    __tablename__ = "invitation"

    id: Mapped[int_pk]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    public_id: Mapped[hex_id]
    purpose: Mapped[InvitationPurpose] = mapped_column(by_value(InvitationPurpose))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class SignInSession(Base):
    """サインイン中の端末: ended at sign-out, a role change, removal or a new password."""

    __tablename__ = "sign_in_session"

    id: Mapped[int_pk]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
