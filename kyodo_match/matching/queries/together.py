"""まとめて提案: many needs and many people at once; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.matching.models import Proposal
from kyodo_match.matching.queries.candidates import applied_for, candidates
from kyodo_match.matching.queries.desk import DeskNeed, desk_needs
from kyodo_match.matching.queries.needs import coming_needs
from kyodo_match.matching.queries.weights import current_weights
from kyodo_match.matching.rules import proposals as rules
from kyodo_match.matching.rules.assigning import Edge, Plan, Task, assign
from kyodo_match.matching.rules.proposals import MOST_OPEN
from kyodo_match.matching.rules.recommending import (
    Need,
    rank_people,
)
from kyodo_match.opportunities.models import Role
from kyodo_match.settings.queries import neighbourhood


@dataclass(frozen=True)
class Pick:
    """One line of まとめて提案: who is put down for which day and role, by their public ids."""

    slot_id: str
    volunteer_id: str
    role_id: int | None


def plan_together(session: Session, *, now: datetime) -> tuple[Plan, list[Pick]]:
    """Put people down for all needs at once so that it fits best in all; nothing is written."""
    needs = {need.slot.public_id: need for need in desk_needs(session, now=now) if need.still}
    keys = [need.slot.id for need in needs.values()]
    people = candidates(session, now=now)
    weights, near = current_weights(session), neighbourhood(session)
    never, applied = _put_down_before(session, keys), applied_for(session, keys)
    units: dict[str, tuple[Need, Role | None]] = {}
    edges: list[Edge] = []
    for rules_need in coming_needs(session, now=now, slots=keys):
        need = needs[rules_need.slot]
        for unit, (seen, role) in _units(rules_need, need).items():
            units[unit] = (seen, role)
            found = rank_people(
                seen, [one.person for one in people.values()], weights, neighbourhood=near, now=now
            )
            edges += [
                Edge(
                    unit,
                    one.person.id,
                    one.score,
                    rules.waited(one.person.last_asked_at, now=now),
                )
                for one in found.suited
                if rules.speaks_for(one.reasons)
                and (need.slot.id, people[one.person.id].volunteer.id) not in never
                and (need.slot.id, people[one.person.id].volunteer.person_key) not in applied
            ]
    plan = assign(
        Task(
            edges,
            _demand(units, needs),
            {who: MOST_OPEN - one.open_now for who, one in people.items()},
            frozenset(
                frozenset((one, other))
                for one in units
                for other in units
                if one < other and rules.clash(units[one][0], units[other][0])
            ),
        )
    )
    picks = []
    for edge in plan.chosen:
        seen, role = units[edge.need]
        picks.append(Pick(seen.slot, edge.person, role.id if role else None))
    return plan, picks


def _units(rules_need: Need, need: DeskNeed) -> dict[str, tuple[Need, Role | None]]:
    """A day as the solver takes it: each open role by itself, or the day as a whole."""
    if not need.roles:
        return {rules_need.slot: (rules_need, None)}
    wanted = need.slot.opportunity.wanted_skills
    return {
        f"{rules_need.slot}:{role.public_id}": (
            rules.for_role(rules_need, wanted, role.skill),
            role,
        )
        for role in need.roles
    }


def _demand(
    units: Mapping[str, tuple[Need, Role | None]], needs: Mapping[str, DeskNeed]
) -> dict[str, int]:
    """How many each still takes; never more than the day as a whole."""
    left = {slot: need.still for slot, need in needs.items()}
    demand: dict[str, int] = {}
    for unit, (seen, role) in units.items():
        free = {place.id: place.free for place in needs[seen.slot].places}
        number = min(free[role.id] if role else left[seen.slot], left[seen.slot])
        demand[unit] = number
        left[seen.slot] -= number
    return demand


def _put_down_before(session: Session, slot_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Days and people that are not put together again."""
    return set(
        session.execute(
            sa.select(Proposal.slot_id, Proposal.volunteer_id).where(
                Proposal.slot_id.in_(slot_ids), Proposal.state.in_(rules.OPEN | rules.SETTLED)
            )
        ).all()
    )
