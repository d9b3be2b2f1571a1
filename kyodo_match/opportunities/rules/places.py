"""How full a day is, and what that makes it to somebody who looks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kyodo_match.opportunities.rules.days import SlotMode, SlotStatus


class SlotState(StrEnum):
    """日程の受付状況: what a citizen sees, from the stored state, the places and the time."""

    OPEN = "open"
    FEW = "few"
    WAITLIST = "waitlist"
    LOTTERY = "lottery"
    DRAWING = "drawing"
    FULL = "full"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    PAST = "past"


@dataclass(frozen=True)
class Places:
    """定員と空き: the numbers of one slot, in its own unit.

    `held` are free places that those who wait come first for. With roles it is less than all that
    is free: each role has its own queue.
    """

    capacity: int
    taken: int
    held: int
    waiting: int
    waitlist_limit: int | None

    @property
    def free(self) -> int:
        """What somebody who comes now could have."""
        return max(self.capacity - self.taken - self.held, 0)

    @property
    def state(self) -> SlotState:
        """Free, few left, or full; whoever comes while others wait queues behind them."""
        if self.free:
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
    mode: SlotMode = SlotMode.FIRST_COME,
) -> SlotState:
    """What a slot is to somebody who looks at it now. Source: docs/rules/opportunity-states.md.

    Of a draw it says neither how full it is nor that it has closed before the result is out.
    """
    if status is SlotStatus.CANCELLED:
        return SlotState.CANCELLED
    if ends_at <= now:
        return SlotState.PAST
    if status is SlotStatus.POSTPONED:
        return SlotState.POSTPONED
    if opens_at is None or now < opens_at:
        return SlotState.NOT_YET
    is_over = closes_at is None or closes_at <= now
    if mode is SlotMode.LOTTERY:
        return SlotState.DRAWING if is_over else SlotState.LOTTERY
    return SlotState.CLOSED if is_over else places.state
