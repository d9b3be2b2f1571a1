"""募集・日程: kinds, states, and the edges between them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from kyodo_match.core.clock import TOKYO, tokyo
from kyodo_match.opportunities.errors import EdgeNotDrawn, NotEditable
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
    """The new state, where the edge is drawn. Raises EdgeNotDrawn.

    Source: docs/rules/opportunity-states.md.
    """
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


# A group writes until it hands in; then the office does; an archived text stays as it was.
_GROUP_EDITS = frozenset({_S.DRAFT, _S.RETURNED})
_OFFICE_EDITS = _GROUP_EDITS | {_S.SUBMITTED, _S.PUBLISHED, _S.CLOSED}


def can_edit(status: OpportunityStatus, *, office: bool) -> bool:
    """Whether the office, or else the group, may change the text and its days."""
    return status in (_OFFICE_EDITS if office else _GROUP_EDITS)


def check_editable(status: OpportunityStatus, *, office: bool) -> None:
    """Raise NotEditable where `can_edit` says no. Source: docs/rules/opportunity-states.md."""
    if not can_edit(status, office=office):
        raise NotEditable(status)


@dataclass(frozen=True)
class Content:
    """What a group says about its opportunity; a blank is one that is still missing."""

    kind: OpportunityKind
    title: str
    description: str = ""
    law_fields: tuple[str, ...] = ()
    plain_fields: tuple[str, ...] = ()
    district: str = ""
    place: str = ""
    address: str = ""
    meeting_place: str = ""
    access: str = ""
    parking: str = ""
    fee: str = ""
    bring: str = ""
    rain: str = ""
    for_whom: str = ""
    min_age: int | None = None
    max_age: int | None = None
    escort: str = ""
    barrier_free: str = ""
    alone_welcome: bool | None = None
    beginner_welcome: bool | None = None
    contact_name: str = ""
    contact_phone: str = ""


CONTENT = tuple(Content.__dataclass_fields__)
# Handed in or public: what people look at first may not be taken out again.
STAYS_COMPLETE = frozenset({_S.SUBMITTED, _S.PUBLISHED})
# What people look at first when they choose, in the order of the form.
LOOKED_AT_FIRST = (
    "description", "plain_fields", "place", "fee", "bring", "rain",
    "alone_welcome", "beginner_welcome", "contact_name", "contact_phone",
)  # fmt: skip


def missing(content: object, *, slots: int) -> tuple[str, ...]:
    """What has to be filled in before it is handed in: names of fields, and `slots`.

    `content` has the attributes of Content. A draft may lack all of it.
    Source: docs/rules/opportunity-states.md.
    """
    blank = tuple(name for name in LOOKED_AT_FIRST if getattr(content, name) in ("", (), None))
    return blank if slots else (*blank, "slots")


def ages_in_order(youngest: int | None, oldest: int | None) -> bool:
    """Whether somebody could be of that age; a blank end is open."""
    return youngest is None or oldest is None or youngest <= oldest


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
    place: str = ""


PLANNED = tuple(SlotPlan.__dataclass_fields__)
# What people who signed up count on: it stays once there is a sign-up.
# Capacity has a way of its own, which offers to the queue.
COUNTED_ON = ("starts_at", "ends_at", "place", "capacity", "capacity_unit", "mode")


def faults(plan: SlotPlan) -> tuple[str, ...]:
    """What in a plan contradicts itself: names of the fields that have to change."""
    return tuple(
        name
        for name, wrong in (
            ("ends_at", plan.ends_at <= plan.starts_at),
            ("closes_at", plan.closes_at is not None and plan.closes_at > plan.ends_at),
            ("opens_at", plan.opens_at is not None and plan.opens_at >= _closing(plan)),
            ("cancel_until", plan.cancel_until is not None and plan.cancel_until > plan.starts_at),
            ("capacity", plan.capacity < 1),
            ("minimum", plan.minimum is not None and not 1 <= plan.minimum <= plan.capacity),
            ("party_limit", plan.party_limit < 1),
        )
        if wrong
    )


def _closing(plan: SlotPlan) -> datetime:
    return plan.closes_at or evening_before(plan.starts_at)


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
    """What a slot is to somebody who looks at it now. Source: docs/rules/opportunity-states.md."""
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
    until it closes, and offers stop 24 h before the start. Where that opening would come after
    the closing (published on Sunday for Monday), it opens at once.
    Source: docs/rules/slot-times.md.
    """
    closes = closes_at or evening_before(starts_at)
    opening = calendar.next_opening(published_at)
    return SlotTimes(
        opens_at=opens_at or (opening if opening < closes else published_at),
        closes_at=closes,
        cancel_until=cancel_until or closes,
        offers_stop_at=offers_stop_at or starts_at - _OFFERS_STOP,
    )
