"""ボランティア登録とお声がけ: who offers a skill or a day, and what they were asked."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kyodo_match.core.db import Base, Tags, by_value, hex_id, int_pk, partial_index
from kyodo_match.matching.rules.volunteers import ProposalState, VolunteerState
from kyodo_match.opportunities.models import Role, Slot
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import AgeGroup, Channel, Residency


class Volunteer(Base):
    """ボランティア登録: a person who offers a skill or a day, and may have agreed to be asked.

    Groups see a number until the person accepts. `access_version` makes the mailed link. Of one
    that has ended nothing is kept but what was counted: its name, contact and choices are blank.
    """

    __tablename__ = "volunteer"
    __table_args__ = (
        sa.CheckConstraint("state = 'ended' OR email != '' OR phone != ''", name="contact"),
        partial_index(
            "uq_volunteer_one_a_person",
            "person_key",
            unique=True,
            where="state != 'ended'",
        ),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    name: Mapped[str] = mapped_column(info={"personal": "identity"})
    kana: Mapped[str] = mapped_column(info={"personal": "identity"})
    email: Mapped[str] = mapped_column(default="", index=True, info={"personal": "contact"})
    phone: Mapped[str] = mapped_column(default="", index=True, info={"personal": "contact"})
    age_group: Mapped[AgeGroup] = mapped_column(by_value(AgeGroup), info={"personal": "attribute"})
    residency: Mapped[Residency] = mapped_column(by_value(Residency))
    district: Mapped[str] = mapped_column(default="", info={"personal": "attribute"})
    drives: Mapped[bool] = mapped_column(default=False)
    remote_ok: Mapped[bool] = mapped_column(default=False)
    times: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())
    fields: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())
    skills: Mapped[tuple[str, ...]] = mapped_column(Tags(), default=())
    certificate: Mapped[str] = mapped_column(default="")
    person_key: Mapped[str]
    may_be_asked: Mapped[bool] = mapped_column(default=False)
    state: Mapped[VolunteerState] = mapped_column(
        by_value(VolunteerState), default=VolunteerState.ACTIVE
    )
    access_version: Mapped[int] = mapped_column(default=1)
    channel: Mapped[Channel] = mapped_column(by_value(Channel))
    entered_by: Mapped[str | None]
    privacy_version: Mapped[str]
    privacy_confirmed_at: Mapped[datetime]
    privacy_by: Mapped[str]
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # the mailed link was opened, or staff entered it
    ended_at: Mapped[datetime | None]
    last_asked_at: Mapped[datetime | None]  # the rotation: asked least recently first

    def __repr__(self) -> str:
        return f"<Volunteer {self.public_id} {self.state}>"


class Proposal(Base):
    """お声がけ: a need put before one volunteer, with its reasons and the answer."""

    __tablename__ = "proposal"
    __table_args__ = (
        partial_index(
            "uq_proposal_one_open",
            "slot_id",
            "volunteer_id",
            unique=True,
            where="state IN ('proposed', 'invited', 'accepted')",
        ),
        sa.Index("ix_proposal_state_answer_by", "state", "answer_by"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), index=True)
    # A role that its group takes away leaves the invitation open for any.
    role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("role.id", ondelete="SET NULL"))
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("volunteer.id"), index=True)
    state: Mapped[ProposalState] = mapped_column(by_value(ProposalState))
    score: Mapped[int]
    parts: Mapped[dict[str, Any]]
    boosts: Mapped[dict[str, Any]]
    weights_version: Mapped[int]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    invited_by: Mapped[str | None]
    invited_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    signup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signup.id"))

    slot: Mapped[Slot] = relationship()
    role: Mapped[Role | None] = relationship()
    volunteer: Mapped[Volunteer] = relationship()
    signup: Mapped[Signup | None] = relationship()


class HelpRequest(Base):
    """人集めの相談: a group asks the coordinator to find people for a day; open until settled."""

    __tablename__ = "help_request"
    __table_args__ = (
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_whole"),
        partial_index(
            "uq_help_request_one_open",
            "slot_id",
            unique=True,
            where="settled_at IS NULL",
        ),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]

    slot: Mapped[Slot] = relationship()
