"""Who may be asked, and who of them suits a day."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.queries.desk import DeskNeed
from kyodo_match.matching.queries.needs import coming_needs
from kyodo_match.matching.queries.volunteers import may_be_asked
from kyodo_match.matching.queries.weights import current_weights
from kyodo_match.matching.rules import proposals as rules
from kyodo_match.matching.rules.proposals import MOST_OPEN
from kyodo_match.matching.rules.recommending import (
    Filter,
    Need,
    Person,
    Reason,
    SuitedPeople,
    WeightsSet,
    liked_tags,
    rank_people,
)
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.opportunities.models import Role, Slot
from kyodo_match.opportunities.rules import (
    SlotStatus,
)
from kyodo_match.settings.queries import neighbourhood
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.queries import came_to
from kyodo_match.signups.rules import LIVE, SURE


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be asked, as the rules see them, and how many invitations are open."""

    volunteer: Volunteer
    person: Person
    open_now: int


def candidates(
    session: Session,
    *,
    now: datetime,
    only: Collection[int] | None = None,
    without: int | None = None,
) -> dict[str, Candidate]:
    """Who has agreed to be asked, by public id; `only` some, by their keys.

    `without` is the key of a proposal that is being judged again: it stands in nobody's way.
    """
    statement = may_be_asked()
    if only is not None:
        statement = statement.where(Volunteer.id.in_(only))
    people = session.scalars(statement.execution_options(populate_existing=True)).all()
    spans, open_now = _spans(session, people, without=without, now=now)
    came = came_to(session, [one.person_key for one in people])
    return {
        one.public_id: Candidate(
            one,
            Person(
                id=one.public_id,
                district=one.district,
                drives=one.drives,
                remote_ok=one.remote_ok,
                times=one.times,
                fields=one.fields,
                skills=one.skills,
                age_group=one.age_group,
                residency=one.residency,
                beginner=one.person_key not in came,
                certificate=bool(one.certificate),
                spans=tuple(spans[one.id]),
                liked=liked_tags(came.get(one.person_key, ())),
                last_asked_at=one.last_asked_at,
            ),
            open_now[one.id],
        )
        for one in people
    }


def _spans(
    session: Session, people: Sequence[Volunteer], *, without: int | None, now: datetime
) -> tuple[dict[int, list[tuple[datetime, datetime]]], Counter[int]]:
    """When each is taken: sure places of their own, and what they are asked or put down for."""
    by_key = {one.person_key: one.id for one in people}
    spans: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for key, start, end in session.execute(
        sa.select(Participant.person_key, Slot.starts_at, Slot.ends_at)
        .join(Signup, Signup.id == Participant.signup_id)
        .join(Slot, Slot.id == Signup.slot_id)
        .where(
            Participant.person_key.in_(by_key),
            Participant.cancelled_at.is_(None),
            Signup.status.in_(SURE),
            Slot.status == SlotStatus.SCHEDULED,
            Slot.standing.is_(False),
            Slot.ends_at > now,
        )
    ):
        spans[by_key[key]].append((start, end))
    open_now: Counter[int] = Counter()
    for who, start, end, standing in session.execute(
        sa.select(Proposal.volunteer_id, Slot.starts_at, Slot.ends_at, Slot.standing)
        .join(Slot, Slot.id == Proposal.slot_id)
        .where(
            Proposal.volunteer_id.in_([one.id for one in people]),
            Proposal.state.in_(rules.OPEN),
            sa.true() if without is None else Proposal.id != without,
        )
    ):
        open_now[who] += 1
        if not standing:
            spans[who].append((start, end))
    return spans, open_now


@dataclass(frozen=True)
class Ranked:
    """A person for a day: points, reasons, the role they would be asked for."""

    candidate: Candidate
    score: int
    reasons: Sequence[Reason]
    role: Role | None
    was_asked: bool  # for this day before, and did not answer

    @property
    def can_be_asked(self) -> bool:
        return self.candidate.open_now < MOST_OPEN


@dataclass(frozen=True)
class RankedPeople:
    """Who suits a day, the best first; who is left out and why."""

    suited: Sequence[Ranked] = ()
    left_out: Mapping[Filter, Sequence[Volunteer]] = field(default_factory=dict)
    nothing_speaks: int = 0


def ranked_people(session: Session, need: DeskNeed, *, now: datetime) -> RankedPeople:
    """People for one day by the rules of recommendation, in rotation among equals."""
    rules_need = next(iter(coming_needs(session, now=now, slots=[need.slot.id])), None)
    if rules_need is None:
        return RankedPeople()
    people = candidates(session, now=now)
    before = _states_of(session, need.slot.id)
    applied = {key for _slot, key in applied_for(session, [need.slot.id])}
    asked = {one for one, states in before.items() if states & (rules.OPEN | rules.SETTLED)}
    found = _rank(
        session,
        rules_need,
        [
            one
            for one in people.values()
            if one.volunteer.id not in asked and one.volunteer.person_key not in applied
        ],
        current_weights(session),
        now=now,
    )
    suited = [one for one in found.suited if rules.speaks_for(one.reasons)]
    left_out: dict[Filter, list[Volunteer]] = defaultdict(list)
    for person, filters in found.left_out:
        left_out[filters[0]].append(people[person.id].volunteer)
    return RankedPeople(
        [
            Ranked(
                people[one.person.id],
                one.score,
                one.reasons,
                _role(need, one.person),
                was_asked=people[one.person.id].volunteer.id in before,
            )
            for one in suited
        ],
        left_out,
        len(found.suited) - len(suited),
    )


def _role(need: DeskNeed, person: Person) -> Role | None:
    """The role that the page names; where each was asked for already, none in particular."""
    wanted = rules.role_for(need.places, person.skills)
    return next((role for role in need.roles if role.id == wanted), None)


def _rank(
    session: Session,
    need: Need,
    people: Sequence[Candidate],
    weights: WeightsSet,
    *,
    now: datetime,
) -> SuitedPeople:
    return rank_people(
        need,
        [one.person for one in people],
        weights,
        neighbourhood=neighbourhood(session),
        now=now,
    )


def applied_for(session: Session, slot_ids: Collection[int]) -> set[tuple[int, str]]:
    """Days, and the keys of those who have applied for them of their own accord."""
    return set(
        session.execute(
            sa.select(Signup.slot_id, Participant.person_key)
            .join(Participant, Participant.signup_id == Signup.id)
            .where(
                Signup.slot_id.in_(slot_ids),
                Signup.status.in_(LIVE),
                Participant.cancelled_at.is_(None),
            )
        ).all()
    )


def _states_of(session: Session, slot_id: int) -> dict[int, set[ProposalState]]:
    """What became of earlier proposals for a day, by volunteer."""
    found: dict[int, set[ProposalState]] = defaultdict(set)
    for who, state in session.execute(
        sa.select(Proposal.volunteer_id, Proposal.state).where(Proposal.slot_id == slot_id)
    ):
        found[who].add(state)
    return found


def how_many_fit(session: Session, slot: Slot, *, now: datetime) -> int:
    """How many registered people a day suits: for its group, as a number alone."""
    need = next(iter(coming_needs(session, now=now, slots=[slot.id])), None)
    if need is None:
        return 0
    people = list(candidates(session, now=now).values())
    found = _rank(session, need, people, current_weights(session), now=now)
    return sum(1 for one in found.suited if rules.speaks_for(one.reasons))


def without_need(session: Session, *, now: datetime) -> Sequence[Volunteer]:
    """Who may be asked and has accepted nothing lately, nor thinks about something now."""
    busy = sa.select(Proposal.volunteer_id).where(
        sa.or_(
            sa.and_(
                Proposal.state == ProposalState.ACCEPTED, Proposal.answered_at > now - rules.REST
            ),
            Proposal.state.in_(rules.OPEN),
        )
    )
    return session.scalars(
        may_be_asked()
        .where(Volunteer.id.not_in(busy))
        .order_by(Volunteer.last_asked_at.is_not(None), Volunteer.last_asked_at, Volunteer.id)
    ).all()
