"""How places are given, and why somebody waits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kyodo_match.signups.errors import (
    AnswerFirst,
    Full,
    NoPlaceToAdd,
    NotLive,
    PartyTooLarge,
    WaitlistFull,
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


def check_growth(
    status: SignupStatus,
    *,
    party: int,
    limit: int,
    more: int,
    free: int,
    waiting: int,
    waitlist_free: int | None,
) -> None:
    """Refuse one person more where that would take a place that is not there, or not theirs.

    `party` is how many people it would be then, `more` how many places that takes beyond those
    the party has: none where the slot counts 組. A sure place more is a place like any other: it
    must be free, and nobody may wait for it. A party that waits grows where it stands. Raises
    NotLive, AnswerFirst, PartyTooLarge, NoPlaceToAdd, WaitlistFull.
    Source: docs/rules/self-service.md.
    """
    if status in {SignupStatus.OFFERED, SignupStatus.AWAITING_ANSWER}:
        raise AnswerFirst
    if status not in {
        SignupStatus.CONFIRMED,
        SignupStatus.WAITLISTED,
        SignupStatus.AWAITING_APPROVAL,
    }:
        raise NotLive
    if party > limit:
        raise PartyTooLarge(limit=limit, party=party)
    if status is SignupStatus.AWAITING_APPROVAL:
        return  # it holds no place yet: the group answers the party as it is then
    if status is SignupStatus.CONFIRMED:
        if more and (waiting or free < more):
            raise NoPlaceToAdd(somebody_waits=waiting > 0)
    elif waitlist_free is not None and waitlist_free < more:
        raise WaitlistFull


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
    OTHERS_DECIDE = "others_decide"
    OFFERS_STOPPED = "offers_stopped"


@dataclass(frozen=True)
class Waiting:
    """What the page tells somebody who waits; numbers are in the slot's unit."""

    reason: WaitingReason
    ahead: int  # parties before this one
    next_needs: int
    free: int
    until: datetime  # when offers in writing stop


def why_waiting(*, free: int, stopped: bool, offered: bool) -> WaitingReason:
    """Why nobody moves, by what is most of all in the way.

    Offers have stopped, others think theirs over, nobody cancelled, or the next party needs more.

    Source: docs/rules/waitlist-and-offers.md.
    """
    if stopped:
        return WaitingReason.OFFERS_STOPPED
    if free <= 0 and offered:
        return WaitingReason.OTHERS_DECIDE
    if free <= 0:
        return WaitingReason.NOBODY_CANCELLED
    return WaitingReason.NEXT_NEEDS_MORE
