"""お声がけ: who may be put down for a day, in which role, and until when they answer.

Source: docs/rules/proposals.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from kyodo_match.core.clock import tokyo_date
from kyodo_match.matching.errors.volunteers import (
    AskedAlready,
    AskedEnough,
    BusyThen,
    CannotCome,
    NotToBeAsked,
)
from kyodo_match.matching.rules.assigning import MOST_WAITED
from kyodo_match.matching.rules.recommending import Filter, Need, Reason
from kyodo_match.matching.rules.recommending.filters import TRAVEL_BUFFER
from kyodo_match.matching.rules.recommending.masks import skill_mask
from kyodo_match.matching.rules.recommending.points import BOOSTS, Part
from kyodo_match.matching.rules.volunteers import ProposalState, VolunteerState
from kyodo_match.opportunities.rules import Held
from kyodo_match.settings.rules import OfficeCalendar
from kyodo_match.signups.rules import offer_expires_at, offers_stop

# How many days one person thinks about at a time.
MOST_OPEN = 2
# Who has accepted nothing for so long is looked after by the desk.
REST = timedelta(days=90)
# What waits for the office or for the person.
OPEN = frozenset({ProposalState.PROPOSED, ProposalState.INVITED})
# Who has said no, or comes, is not put down for the same day again.
SETTLED = frozenset({ProposalState.ACCEPTED, ProposalState.DECLINED})


@dataclass(frozen=True)
class RolePlace:
    """役割の空き: a role's key, the skill it asks for, and how many it still takes."""

    id: int
    skill: str
    free: int


def role_for(roles: Sequence[RolePlace], skills: Iterable[str]) -> int | None:
    """The role that somebody is asked for: one whose skill they have, else one that asks for none.

    Of several the one that lacks most; None where the day has no role with a place.
    """
    own = set(skills)
    free = [role for role in roles if role.free > 0]
    for fits in (
        [role for role in free if role.skill and role.skill in own],
        [role for role in free if not role.skill],
        free,
    ):
        if fits:
            return max(fits, key=lambda role: role.free).id
    return None


def for_role(need: Need, wanted: Iterable[str], skill: str) -> Need:
    """A day as one role of it sees it: its own skill, and those that the whole day asks for."""
    return replace(need, skills=skill_mask((*wanted, *([skill] if skill else []))))


def speaks_for(reasons: Iterable[Reason]) -> bool:
    """Whether something of the person speaks for asking them: a boost alone does not."""
    return any(reason.part not in BOOSTS for reason in reasons)


def still_true(parts: Mapping[str, Any], stood: Held, held: Held) -> dict[str, Any]:
    """The parts of a score that still hold of a day whose hours or place are new.

    What is left is less than it may be: nobody is told a reason that is not true.
    """
    gone = set()
    if (stood.starts_at, stood.ends_at) != (held.starts_at, held.ends_at):
        gone.add(Part.TIME)
    if stood.place != held.place:
        gone.add(Part.PLACE)
    return {name: kept for name, kept in parts.items() if name not in gone}


def check_askable(
    *,
    state: VolunteerState,
    is_confirmed: bool,
    may_be_asked: bool,
    open_now: int,
    before: Iterable[ProposalState],
    filters: Sequence[Filter],
) -> None:
    """Refuse to put somebody down for a day. `before` are their proposals for this very day.

    Raises NotToBeAsked, AskedAlready, AskedEnough, BusyThen, CannotCome.
    """
    if state is not VolunteerState.ACTIVE or not (is_confirmed and may_be_asked):
        raise NotToBeAsked
    if (OPEN | SETTLED) & set(before):
        raise AskedAlready
    if open_now >= MOST_OPEN:
        raise AskedEnough(MOST_OPEN)
    if Filter.OVERLAP in filters:
        raise BusyThen
    if filters:
        raise CannotCome(tuple(one.value for one in filters))


def answer_by(
    *,
    now: datetime,
    last_call: datetime,
    closes_at: datetime | None,
    offers_stop_at: datetime | None,
    calendar: OfficeCalendar,
) -> datetime:
    """Until when somebody answers: as for an offer, and never past the closing of applications.

    Source: docs/rules/waitlist-and-offers.md.
    """
    stop = offers_stop(stop_at=offers_stop_at, starts_at=last_call)
    until = offer_expires_at(now=now, starts_at=last_call, offers_stop_at=stop, calendar=calendar)
    return min(until, closes_at) if closes_at is not None else until


def is_phoned_first(
    *, now: datetime, last_call: datetime, offers_stop_at: datetime | None
) -> bool:
    """Whether there is no time left to write, as with offers."""
    return now >= offers_stop(stop_at=offers_stop_at, starts_at=last_call)


def clash(one: Need, other: Need) -> bool:
    """Whether nobody can do both: the same day, or days that overlap on the way between them."""
    if one.slot == other.slot:
        return True
    by_arrangement = one.when[3] or other.when[3]
    return not by_arrangement and (
        one.starts_at - TRAVEL_BUFFER < other.ends_at
        and other.starts_at < one.ends_at + TRAVEL_BUFFER
    )


def waited(last_asked_at: datetime | None, *, now: datetime) -> int:
    """How long ago somebody was asked, in tenths of the time after which it counts as long."""
    if last_asked_at is None:
        return MOST_WAITED
    days = (tokyo_date(now) - tokyo_date(last_asked_at)).days
    return min(days * MOST_WAITED // REST.days, MOST_WAITED)
