"""How places are given, and why somebody waits."""

from dataclasses import dataclass
from enum import StrEnum

from kyodo_match.signups.errors import (
    Full,
)
from kyodo_match.signups.rules.states import SignupStatus


def places_of(party: int, *, by_party: bool) -> int:
    """How many places a party takes: one where the slot counts 組, else one a person."""
    return 1 if by_party else party


def place(*, free: int, waiting: int, party: int, waitlist_free: int | None) -> SignupStatus:
    """Confirm a whole party while places are free and nobody waits; else it queues.

    All numbers are in the slot's unit (people or parties); `waitlist_free` is None where the
    waitlist has no limit. Raises Full. Source: docs/rules/places.md.
    """
    if waiting == 0 and party <= free:
        return SignupStatus.CONFIRMED
    if waitlist_free is None or party <= waitlist_free:
        return SignupStatus.WAITLISTED
    raise Full(free=max(free, 0), party=party)


def promoted(*, free: int, queue: list[int], pass_smaller: bool) -> list[int]:
    """Which of the queue are offered places now: indexes into `queue`, sizes in the slot's unit.

    The head goes when its whole party fits; smaller parties behind it pass only where the slot
    says so. Source: docs/rules/places.md.
    """
    chosen: list[int] = []
    for index, size in enumerate(queue):
        if size <= free:
            chosen.append(index)
            free -= size
        elif not pass_smaller:
            break
    return chosen


class WaitingReason(StrEnum):
    """待っている理由: why nobody on the waitlist moves."""

    NOBODY_CANCELLED = "nobody_cancelled"
    NEXT_NEEDS_MORE = "next_needs_more"
    OFFERS_STOPPED = "offers_stopped"


@dataclass(frozen=True)
class Waiting:
    """What the page tells somebody who waits; numbers are in the slot's unit."""

    reason: WaitingReason
    ahead: int  # parties before this one
    next_needs: int
    free: int


def why_waiting(*, free: int, stopped: bool) -> WaitingReason:
    """Why nobody moves: offers have stopped, nobody cancelled, or the next party needs more.

    Source: docs/rules/waitlist-and-offers.md.
    """
    if stopped:
        return WaitingReason.OFFERS_STOPPED
    if free <= 0:
        return WaitingReason.NOBODY_CANCELLED
    return WaitingReason.NEXT_NEEDS_MORE
