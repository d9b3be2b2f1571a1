"""申込み: applications, their participants, sensitive notes and offers."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyodo_match.core.db import Base, Tags, by_value, hex_id, int_pk, partial_index
from kyodo_match.opportunities.models import Role, Slot
from kyodo_match.signups.rules import (
    AgeGroup,
    Channel,
    OfferAnswer,
    ReplyKind,
    Residency,
    SignupStatus,
)


class ReceiptCounter(Base):
    """受付番号の採番: one row a fiscal year, locked last."""

    __tablename__ = "receipt_counter"

    fiscal_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]


class Signup(Base):
    """申込み: one application, 1..n named participants who stay together."""

    __tablename__ = "signup"
    __table_args__ = (
        sa.CheckConstraint("email != '' OR phone != '' OR channel = 'walk_in'", name="contact"),
        sa.Index("ix_signup_slot_status", "slot_id", "status"),
        # What groups have to answer is asked for every second, and is little.
        partial_index(
            "ix_signup_awaiting_approval",
            "awaiting_since",
            where="awaiting_since IS NOT NULL",
        ),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    receipt_number: Mapped[str] = mapped_column(unique=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"))
    status: Mapped[SignupStatus] = mapped_column(by_value(SignupStatus))
    channel: Mapped[Channel] = mapped_column(by_value(Channel))
    # The applicant, who need not take part (a daughter for her mother).
    name: Mapped[str] = mapped_column(info={"personal": "identity"})
    kana: Mapped[str] = mapped_column(info={"personal": "identity"})
    email: Mapped[str] = mapped_column(default="", index=True, info={"personal": "contact"})
    phone: Mapped[str] = mapped_column(default="", index=True, info={"personal": "contact"})
    residency: Mapped[Residency] = mapped_column(by_value(Residency))
    district: Mapped[str] = mapped_column(default="", info={"personal": "attribute"})
    first_time: Mapped[bool | None] = mapped_column(info={"personal": "attribute"})
    support: Mapped[tuple[str, ...]] = mapped_column(
        Tags(), default=(), info={"personal": "attribute"}
    )
    access_version: Mapped[int] = mapped_column(default=1)  # raising it revokes link and PIN
    submission_key: Mapped[str | None] = mapped_column(
        unique=True
    )  # a fingerprint with the session
    privacy_version: Mapped[str]
    privacy_confirmed_at: Mapped[datetime]
    privacy_by: Mapped[str]  # form, or 口頭で説明済 as `oral`
    entered_by: Mapped[str | None]  # the typist's account, where staff entered it
    received_at: Mapped[datetime]
    entered_at: Mapped[datetime | None]  # when paper was typed in, which came before
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    cancelled_late: Mapped[bool] = mapped_column(default=False)
    had_place: Mapped[bool] = mapped_column(default=False)  # cancelled: its place had been sure
    answer_by: Mapped[datetime | None]  # awaiting_answer: when the office phones to ask
    answers_draw: Mapped[bool] = mapped_column(default=False)  # to a draw, not to a changed day
    awaiting_since: Mapped[datetime | None]  # awaiting_approval: since when somebody is to act
    group_reminded_at: Mapped[datetime | None]  # awaiting_approval: the group was reminded since
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("role.id"), index=True)

    role: Mapped[Role | None] = relationship()
    slot: Mapped[Slot] = relationship()
    participants: Mapped[list["Participant"]] = relationship(
        back_populates="signup", order_by="Participant.position"
    )
    offers: Mapped[list["Offer"]] = relationship(back_populates="signup", order_by="Offer.id")

    def __repr__(self) -> str:
        return f"<Signup {self.receipt_number} {self.status}>"


class Participant(Base):
    """参加者: a person within a sign-up."""

    __tablename__ = "participant"
    __table_args__ = (
        sa.UniqueConstraint("signup_id", "position"),
        sa.CheckConstraint(
            "attendance IN ('unmarked', 'attended', 'absent')", name="attendance_state"
        ),
        sa.CheckConstraint("NOT is_escort OR attendance = 'unmarked'", name="escort_unmarked"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    signup_id: Mapped[int] = mapped_column(sa.ForeignKey("signup.id"), index=True)
    position: Mapped[int]  # 1 is the applicant, unless the applicant stays at home
    name: Mapped[str] = mapped_column(info={"personal": "identity"})
    kana: Mapped[str] = mapped_column(info={"personal": "identity"})
    age_group: Mapped[AgeGroup] = mapped_column(by_value(AgeGroup), info={"personal": "attribute"})
    is_escort: Mapped[bool] = mapped_column(default=False)  # 付き添い: comes, takes no part
    person_key: Mapped[str] = mapped_column(index=True)  # HMAC: who it is, without saying so
    cancelled_at: Mapped[datetime | None]
    attendance: Mapped[str] = mapped_column(default="unmarked")  # kept by participation

    signup: Mapped[Signup] = relationship(back_populates="participants")

    def __repr__(self) -> str:
        return f"<Participant {self.public_id} {self.attendance}>"


class SensitiveNote(Base):
    """配慮事項・連絡事項: free notes, sealed with KYODO_DATA_KEY and erased first."""

    __tablename__ = "sensitive_note"

    id: Mapped[int_pk]
    signup_id: Mapped[int] = mapped_column(sa.ForeignKey("signup.id"), unique=True)
    sealed: Mapped[str] = mapped_column(info={"personal": "sensitive"})

    signup: Mapped[Signup] = relationship()


class Offer(Base):
    """繰上げのご案内: one use, with a deadline; holds its places until answered."""

    __tablename__ = "offer"
    __table_args__ = (
        partial_index(
            "uq_offer_one_open",
            "signup_id",
            unique=True,
            where="answered_at IS NULL",
        ),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_whole"),
        sa.Index("ix_offer_expires", "answered_at", "expires_at"),
    )

    id: Mapped[int_pk]
    signup_id: Mapped[int] = mapped_column(sa.ForeignKey("signup.id"), index=True)
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[OfferAnswer | None] = mapped_column(by_value(OfferAnswer))

    signup: Mapped[Signup] = relationship(back_populates="offers")


class QueuePlace(Base):
    """補欠の順: where a sign-up that a draw did not place waits, day by day.

    A sign-up of a draw may wait for several days; `signup.slot_id` names one of them until one
    of them takes it. Who waits by order of receipt has no row here and comes after these.
    """

    __tablename__ = "queue_place"
    __table_args__ = (
        sa.UniqueConstraint("slot_id", "position"),
        sa.CheckConstraint("position > 0", name="position_positive"),
    )

    signup_id: Mapped[int] = mapped_column(sa.ForeignKey("signup.id"), primary_key=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), primary_key=True)
    position: Mapped[int]

    signup: Mapped[Signup] = relationship()


class Inquiry(Base):
    """確認のやりとり: what a group asks somebody who applied, and the answer."""

    __tablename__ = "inquiry"
    __table_args__ = (
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_whole"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    signup_id: Mapped[int] = mapped_column(sa.ForeignKey("signup.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    question: Mapped[str] = mapped_column(info={"personal": "attribute"})
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(info={"personal": "attribute"})
    reminded_at: Mapped[datetime | None]  # the applicant was asked again, once

    signup: Mapped[Signup] = relationship()


class ReplyTemplate(Base):
    """返事のひな型: a group's own words for accepting, declining or asking."""

    __tablename__ = "reply_template"
    __table_args__ = (sa.UniqueConstraint("group_id", "kind"),)

    id: Mapped[int_pk]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("group.id"))
    kind: Mapped[ReplyKind] = mapped_column(by_value(ReplyKind))
    text: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class Reply(Base):
    """団体の返事: what a group wrote when it accepted or declined; shown to the applicant only."""

    __tablename__ = "reply"

    signup_id: Mapped[int] = mapped_column(sa.ForeignKey("signup.id"), primary_key=True)
    kind: Mapped[ReplyKind] = mapped_column(by_value(ReplyKind))
    text: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]

    signup: Mapped[Signup] = relationship()
