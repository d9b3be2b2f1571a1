"""One day: what is planned for it, and the times that are filled in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from kyodo_match.core.clock import TOKYO, tokyo
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.opportunities.errors import SlotTooFar
from kyodo_match.opportunities.rules.needs import RolePlan, anew
from kyodo_match.settings.rules import OfficeCalendar


class SlotStatus(StrEnum):
    """日程の状態, as stored; open, closed and past follow from time."""

    SCHEDULED = "scheduled"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class SlotMode(StrEnum):
    """決め方: how places are given."""

    FIRST_COME = "first_come"
    LOTTERY = "lottery"
    APPROVAL = "approval"


class CapacityUnit(StrEnum):
    """定員の単位: 人 or 組."""

    PEOPLE = "people"
    PARTIES = "parties"


@dataclass(frozen=True)
class SlotTimes:
    """When a slot is open, can be cancelled and still offers."""

    opens_at: datetime
    closes_at: datetime
    cancel_until: datetime
    offers_stop_at: datetime


@dataclass(frozen=True)
class SlotPlan:
    """What is planned for one day; blank times are filled in at publication."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    cancel_until: datetime | None = None
    capacity_unit: CapacityUnit = CapacityUnit.PEOPLE
    minimum: int | None = None
    mode: SlotMode = SlotMode.FIRST_COME
    party_limit: int = 5
    waitlist_limit: int | None = None
    pass_smaller: bool = False
    escorts_count: bool = False  # whether 付き添い take places as well
    place: str = ""
    standing: bool = False  # a period, in which people agree on days of their own
    roles: tuple[RolePlan, ...] = ()

    @property
    def last_call(self) -> datetime:
        """Until when people join and leave: the start of a day, the end of a standing need."""
        return self.ends_at if self.standing else self.starts_at


PLANNED = tuple(SlotPlan.__dataclass_fields__)
# What people who signed up count on: it does not change behind their backs.
# Capacity has a way of its own, which offers to the queue, and so have day and place, which ask.
COUNTED_ON = (
    "starts_at", "ends_at", "place", "capacity", "capacity_unit", "escorts_count", "mode", "roles",
)  # fmt: skip
# A period may grow and shrink: each volunteer agrees on days with the group.
_PERIOD = frozenset({"starts_at", "ends_at"})
MATTERS = ("starts_at", "ends_at", "place")


def counted_on(*, standing: bool) -> tuple[str, ...]:
    """The fields of a day that do not change once somebody has applied for it."""
    return tuple(name for name in COUNTED_ON if not (standing and name in _PERIOD))


def faults(plan: SlotPlan) -> tuple[str, ...]:
    """What in a plan contradicts itself: names of the fields that have to change."""
    return tuple(
        name
        for name, wrong in (
            ("ends_at", plan.ends_at <= plan.starts_at),
            ("closes_at", plan.closes_at is not None and plan.closes_at > plan.ends_at),
            ("opens_at", plan.opens_at is not None and plan.opens_at >= _closing(plan)),
            ("cancel_until", plan.cancel_until is not None and plan.cancel_until > plan.last_call),
            ("capacity", plan.capacity < 1),
            ("minimum", plan.minimum is not None and not 1 <= plan.minimum <= plan.capacity),
            ("party_limit", plan.party_limit < 1),
        )
        if wrong
    )


def check_year(ends_at: datetime, *, now: datetime) -> None:
    """A day ends in this fiscal year or the two after it: later than that is a slip in the year.

    Raises SlotTooFar. Source: docs/rules/slot-times.md.
    """
    latest = FiscalYear(FiscalYear.at(now).year + _YEARS_AHEAD).last_day
    if tokyo(ends_at).date() > latest:
        raise SlotTooFar(latest)


def _closing(plan: SlotPlan) -> datetime:
    return plan.closes_at or evening_before(plan.last_call)


_YEARS_AHEAD = 2
_CLOSES = time(17, 0)
_A_DAY = 1
_TO_ANSWER = 3  # days that a group has to answer the last who apply
_OFFERS_STOP = timedelta(hours=24)


def evening_before(starts_at: datetime) -> datetime:
    """17:00 of the day before, Japan time: when applications and cancellations end by default."""
    day = tokyo(starts_at).date() - timedelta(days=1)
    return datetime.combine(day, _CLOSES, TOKYO)


def days_to_prepare(mode: SlotMode, *, insurance_days: int | None) -> int:
    """How many days before the start applications end where nobody says so.

    The evening before; three days before where the group answers each, and as many as insurance
    takes. Source: docs/rules/slot-times.md.
    """
    answering = _TO_ANSWER if mode is SlotMode.APPROVAL else _A_DAY
    return max(answering, insurance_days or _A_DAY)


def default_times(
    *,
    starts_at: datetime,
    published_at: datetime,
    calendar: OfficeCalendar,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    cancel_until: datetime | None = None,
    offers_stop_at: datetime | None = None,
    prepare: int = _A_DAY,
) -> SlotTimes:
    """Fill in what was left blank; `starts_at` is the last call of a standing need.

    It opens at the next office day's opening, closes the evening before (`prepare` days before,
    where that lies ahead), is cancelled until the evening before, and offers stop 24 h before the
    start. Where that opening would come after the closing (published on Sunday for Monday), it
    opens at once. Source: docs/rules/slot-times.md.
    """
    evening = evening_before(starts_at)
    early = evening - timedelta(days=prepare - _A_DAY)
    opening = calendar.next_opening(published_at)
    closes = closes_at or (early if opening < early else evening)
    return SlotTimes(
        opens_at=opens_at or (opening if opening < closes else published_at),
        closes_at=closes,
        cancel_until=cancel_until or (closes if closes_at else evening),
        offers_stop_at=offers_stop_at or starts_at - _OFFERS_STOP,
    )


def moved(plan: SlotPlan, *, days: int, now: datetime) -> SlotPlan:
    """The same day that many days later, by the clock on the wall.

    What would open, close or end in the past by then is left blank and filled in at publication.
    Source: docs/rules/posting.md.
    """

    def later(moment: datetime | None) -> datetime | None:
        shifted = None if moment is None else moment + timedelta(days=days)
        return None if shifted is None or shifted <= now else shifted

    by = timedelta(days=days)
    return replace(
        plan,
        starts_at=plan.starts_at + by,
        ends_at=plan.ends_at + by,
        opens_at=later(plan.opens_at),
        closes_at=later(plan.closes_at),
        cancel_until=later(plan.cancel_until),
        roles=anew(plan.roles),
    )


def rescheduled(plan: SlotPlan, *, starts_at: datetime, ends_at: datetime, place: str) -> SlotPlan:
    """A day that people have signed up for, at another time or place.

    Applications have opened, so that stays. The closing and the time until which it can be
    cancelled keep their distance in days, and come before what they would now overrun.
    Source: docs/rules/changed-days.md.
    """
    by = timedelta(days=(tokyo(starts_at).date() - tokyo(plan.starts_at).date()).days)
    last_call = ends_at if plan.standing else starts_at
    return replace(
        plan,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        closes_at=None if plan.closes_at is None else min(plan.closes_at + by, ends_at),
        cancel_until=(
            None if plan.cancel_until is None else min(plan.cancel_until + by, last_call)
        ),
    )


def overlapping(
    plan: SlotPlan, others: Iterable[tuple[datetime, datetime]]
) -> tuple[datetime, datetime] | None:
    """The first of some times that a day would run into, if any."""
    return next(
        ((start, end) for start, end in others if start < plan.ends_at and plan.starts_at < end),
        None,
    )
