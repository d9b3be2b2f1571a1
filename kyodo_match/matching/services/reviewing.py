"""開催判断: a day below its minimum is held, kept open for more people, or cancelled."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.matching.errors.draws import NotBelowMinimum
from kyodo_match.matching.models.rounds import DrawEntry
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.queries.rounds import locked_days, locked_round
from kyodo_match.matching.queries.short_days import below_minimum
from kyodo_match.matching.rules.rounds import MinimumDecision, RoundStatus
from kyodo_match.matching.services.leftovers import give_away
from kyodo_match.matching.services.supplements import Desk, place_displaced, settle_days
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import SURE
from kyodo_match.signups.services.cancelling import call_off


@use_case
def decide_minimum(
    session: Session,
    *,
    round_id: str,
    slot_id: str,
    decision: MinimumDecision,
    reason: str,
    now: datetime,
    actor: str,
) -> None:
    """Decide about a day below its minimum, before or after the results are published.

    Cancelled before, its applications are placed elsewhere at the publication; after it, at once,
    and who finds no other place is cancelled with the day. All are told. Raises NoResultFound,
    NotBelowMinimum, PeopleCame. Source: docs/rules/draw-ceremony.md.
    """
    one = locked_round(session, round_id)
    desk = Desk(one, locked_days(session, one), office_of(session), now=now, actor=actor)
    short = {day.slot.public_id: day for day in below_minimum(session, one, now=now)}
    if slot_id not in short:
        raise NotBelowMinimum
    day = short[slot_id].day
    slot = desk.slots[day.slot_id]
    day.decision, day.decided_at, day.decided_by = decision, now, actor
    is_published = one.status is RoundStatus.PUBLISHED
    if decision is MinimumDecision.CANCEL:
        if is_published:
            place_displaced(session, desk, _sure_of(session, one.id, slot), closed=slot)
        call_off(session, slot, reason=reason, office=desk.office, now=now, actor=actor)
        settle_days(session, desk)
    if is_published:
        give_away(session, desk)
    record(
        session,
        "round.minimum-decided",
        actor=actor,
        object_kind="round",
        object_id=round_id,
        now=now,
        reason=reason,
        slot=slot_id,
        decision=decision,
    )


def _sure_of(session: Session, round_id: int, slot: Slot) -> list[DrawEntry]:
    """The applications of the draw that have a sure place on a day."""
    ids = sa.select(Signup.id).where(Signup.slot_id == slot.id, Signup.status.in_(SURE))
    return list(
        session.scalars(
            sa.select(DrawEntry)
            .where(DrawEntry.round_id == round_id, DrawEntry.signup_id.in_(ids))
            .options(*queries.WITH_ALL)
            .order_by(DrawEntry.id)
        )
    )
