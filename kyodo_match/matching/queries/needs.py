"""What is coming, as light rows that people are compared with: three statements for all of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import midnight
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.matching.models import Round, RoundSlot
from kyodo_match.matching.rules.recommending import Need, need_of
from kyodo_match.matching.rules.rounds import RoundStatus
from kyodo_match.opportunities.models import Opportunity, Role, Slot
from kyodo_match.opportunities.rules import OpportunityKind, OpportunityStatus, SlotStatus


def _filled_groups() -> sa.Subquery:
    """The groups one of whose days of the fiscal year was filled."""
    return (
        sa.select(Opportunity.group_id)
        .join(Slot, Slot.opportunity_id == Opportunity.id)
        .where(
            Slot.starts_at >= sa.bindparam("year_begins", type_=Slot.starts_at.type),
            Slot.starts_at < sa.bindparam("year_ends", type_=Slot.starts_at.type),
            Slot.status != SlotStatus.CANCELLED,
            Slot.places_taken >= Slot.capacity,
        )
        .distinct()
        .subquery()
    )


_FILLED = _filled_groups()
# Labelled as `need_of` calls them.
_COMING = (
    sa.select(
        Slot.id, Slot.public_id.label("slot"), Opportunity.public_id.label("opportunity"),
        Opportunity.group_id.label("group"), Opportunity.kind, Slot.starts_at, Slot.ends_at,
        Slot.opens_at, Slot.closes_at, Slot.mode, Slot.capacity, Slot.capacity_unit,
        Slot.places_taken.label("taken"), Slot.places_held.label("held"), Slot.minimum,
        Slot.party_limit, Slot.standing, Opportunity.is_remote, Opportunity.district,
        Opportunity.parking, Slot.place.label("own_place"),
        Opportunity.leave_early_ok, Opportunity.plain_fields.label("fields"),
        Opportunity.wanted_skills, Opportunity.beginner_welcome, Opportunity.alone_welcome,
        Opportunity.min_age, Opportunity.max_age, Opportunity.residencies,
        Opportunity.certificate, Opportunity.guardian_consent, Opportunity.insurance_days,
        _FILLED.c.group_id.is_(None).label("group_unfilled"),
    )
    .join(Opportunity, Opportunity.id == Slot.opportunity_id)
    .outerjoin(_FILLED, _FILLED.c.group_id == Opportunity.group_id)
    .where(
        Opportunity.status == OpportunityStatus.PUBLISHED,
        Slot.status == SlotStatus.SCHEDULED,
        Slot.ends_at > sa.bindparam("now", type_=Slot.ends_at.type),
    )
    .order_by(Slot.starts_at, Slot.id)
)  # fmt: skip
_SKILLS = (
    sa.select(Role.slot_id, Role.skill)
    .join(Slot, Slot.id == Role.slot_id)
    .where(
        Role.skill != "",
        Role.taken + Role.held < Role.head_count,
        Slot.ends_at > sa.bindparam("now", type_=Slot.ends_at.type),
    )
)

# A party as large as the round takes it, whatever the day took before.
_PARTIES = (
    sa.select(RoundSlot.slot_id, Round.party_limit)
    .join(Round, Round.id == RoundSlot.round_id)
    .where(Round.status == RoundStatus.OPEN)
)


def coming_needs(
    session: Session,
    *,
    now: datetime,
    kinds: Collection[str] = (),
    slots: Collection[int] | None = None,
) -> list[Need]:
    """Every published day that is not over, whether or not it takes applications.

    Of some kinds, or of some slots by their keys where a batch asks. Skills that a free role
    asks for count as wanted. What a hard filter keeps away is for the rules to say.
    """
    year = FiscalYear.at(now)
    values: dict[str, Any] = {
        "now": now,
        "year_begins": midnight(year.first_day),
        "year_ends": midnight(year.last_day + timedelta(days=1)),
    }
    statement = _COMING
    if kinds:
        statement = statement.where(Opportunity.kind.in_([OpportunityKind(k) for k in kinds]))
    if slots is not None:
        statement = statement.where(Slot.id.in_(slots))
    skills: dict[int, list[str]] = defaultdict(list)
    for slot_id, skill in session.execute(_SKILLS, values):
        skills[slot_id].append(skill)
    limits = {row.slot_id: row.party_limit for row in session.execute(_PARTIES)}
    return [_need(row, skills, limits) for row in session.execute(statement, values).mappings()]


def _need(
    row: sa.RowMapping, skills: Mapping[int, Sequence[str]], limits: Mapping[int, int]
) -> Need:
    values = dict(row)
    key = values.pop("id")
    if key in skills:
        values["wanted_skills"] = (*values["wanted_skills"], *skills[key])
    if key in limits:
        values["party_limit"] = limits[key]
    return need_of(**values)
