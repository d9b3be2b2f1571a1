"""募集・日程: kinds, states, and the edges between them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from kyodo_match.core.clock import TOKYO, tokyo
from kyodo_match.opportunities.errors import EdgeNotDrawn
from kyodo_match.settings.rules import OfficeCalendar


class OpportunityKind(StrEnum):
    """募集の種類."""

    EXPERIENCE = "experience"
    VOLUNTEER = "volunteer"
    COURSE = "course"
    VISITING_LECTURE = "visiting_lecture"
    EXCHANGE = "exchange"
    FORUM = "forum"
    MEETING = "meeting"
    TRAINING = "training"
    EVENT = "event"


class OpportunityStatus(StrEnum):
    """募集の状態."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


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


_S = OpportunityStatus
EDGES: dict[OpportunityStatus, frozenset[OpportunityStatus]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.PUBLISHED, _S.RETURNED, _S.WITHDRAWN}),
    _S.RETURNED: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.PUBLISHED: frozenset({_S.CLOSED, _S.WITHDRAWN}),
    _S.CLOSED: frozenset({_S.ARCHIVED, _S.PUBLISHED}),
    _S.ARCHIVED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}


def move(old: OpportunityStatus, new: OpportunityStatus) -> OpportunityStatus:
    """The new state, where the edge is drawn. Raises EdgeNotDrawn. Source: rules.md, States."""
    if new not in EDGES[old]:
        raise EdgeNotDrawn(old, new)
    return new


@dataclass(frozen=True)
class SlotTimes:
    """When a slot is open, can be cancelled and still offers."""

    opens_at: datetime
    closes_at: datetime
    cancel_until: datetime
    offers_stop_at: datetime


class SlotState(StrEnum):
    """日程の受付状況: what a citizen sees, from the stored state, the places and the time."""

    OPEN = "open"
    FEW = "few"
    WAITLIST = "waitlist"
    FULL = "full"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    PAST = "past"


@dataclass(frozen=True)
class Places:
    """定員と空き: the numbers of one slot, in its own unit."""

    capacity: int
    taken: int
    waiting: int
    waitlist_limit: int | None

    @property
    def free(self) -> int:
        return max(self.capacity - self.taken, 0)

    @property
    def state(self) -> SlotState:
        """Free, few left, or full; whoever comes while others wait queues behind them."""
        if self.free and not self.waiting:
            few = self.taken > 0 and self.free <= max(_FEW, self.capacity // 5)
            return SlotState.FEW if few else SlotState.OPEN
        if self.waitlist_limit is None or self.waiting < self.waitlist_limit:
            return SlotState.WAITLIST
        return SlotState.FULL


_FEW = 2


def slot_state(
    status: SlotStatus,
    places: Places,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    ends_at: datetime,
    now: datetime,
) -> SlotState:
    """What a slot is to somebody who looks at it now. Source: rules.md, States and Places."""
    if status is SlotStatus.CANCELLED:
        return SlotState.CANCELLED
    if ends_at <= now:
        return SlotState.PAST
    if status is SlotStatus.POSTPONED:
        return SlotState.POSTPONED
    if opens_at is None or now < opens_at:
        return SlotState.NOT_YET
    if closes_at is None or closes_at <= now:
        return SlotState.CLOSED
    return places.state


_CLOSES = time(17, 0)
_OFFERS_STOP = timedelta(hours=24)


def evening_before(starts_at: datetime) -> datetime:
    """17:00 of the day before, Japan time: when applications and cancellations end by default."""
    day = tokyo(starts_at).date() - timedelta(days=1)
    return datetime.combine(day, _CLOSES, TOKYO)


def default_times(
    *,
    starts_at: datetime,
    published_at: datetime,
    calendar: OfficeCalendar,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    cancel_until: datetime | None = None,
    offers_stop_at: datetime | None = None,
) -> SlotTimes:
    """Fill in what was left blank.

    First come opens at the next office day's opening, closes the evening before, is cancelled
    until it closes, and offers stop 24 h before the start. Source: rules.md, Places and Waitlist.
    """
    closes = closes_at or evening_before(starts_at)
    return SlotTimes(
        opens_at=opens_at or calendar.next_opening(published_at),
        closes_at=closes,
        cancel_until=cancel_until or closes,
        offers_stop_at=offers_stop_at or starts_at - _OFFERS_STOP,
    )
