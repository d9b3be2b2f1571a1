"""Who will be told: how many, before somebody presses the button that tells them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.outbox import count_asked
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.queries.draws import hope_for
from kyodo_match.signups.rules import LIVE, SURE, Channel, SignupStatus


@dataclass(frozen=True)
class Told:
    """Live applications (parties) and their people, and how they are reached."""

    parties: int = 0
    people: int = 0
    with_place: int = 0
    by_mail: int = 0
    asked: int = 0  # registered people who think about an invitation: not applications

    @property
    def waiting(self) -> int:
        return self.parties - self.with_place

    @property
    def by_phone(self) -> int:
        return self.parties - self.by_mail


def told_of(session: Session, slots: Collection[Slot]) -> Told:
    """Everybody with a live application for some days, or hoping for one of them by a draw.

    Walk-ins stand before the desk. Who was asked to come is counted beside them.
    """
    ids = [slot.id for slot in slots]
    rows: Sequence[sa.Row[SignupStatus, str, int]] = session.execute(
        sa.select(Signup.status, Signup.email, sa.func.count(Participant.id))
        .join(Participant, Participant.signup_id == Signup.id)
        .where(
            sa.or_(Signup.slot_id.in_(ids), hope_for(ids)),
            Signup.status.in_(LIVE),
            Signup.channel != Channel.WALK_IN,
            Participant.cancelled_at.is_(None),
            Participant.is_escort.is_(False),
        )
        .group_by(Signup.id, Signup.status, Signup.email)
    ).all()
    return Told(
        parties=len(rows),
        people=sum(people for _status, _email, people in rows),
        with_place=sum(1 for status, _email, _people in rows if status in SURE),
        by_mail=sum(1 for _status, email, _people in rows if email),
        asked=count_asked(session, ids),
    )
