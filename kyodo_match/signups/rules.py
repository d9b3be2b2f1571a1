"""申込み: states and their edges, how places are given, and how long an offer lasts."""

from datetime import datetime, timedelta
from enum import StrEnum

from kyodo_match.settings.rules import OfficeCalendar
from kyodo_match.signups.errors import EdgeNotDrawn, Full


class SignupStatus(StrEnum):
    """申込みの状態."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    AWAITING_APPROVAL = "awaiting_approval"
    ENTERED = "entered"
    NOT_SELECTED = "not_selected"
    OFFERED = "offered"
    DECLINED = "declined"
    EXPIRED = "expired"
    AWAITING_ANSWER = "awaiting_answer"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    """受付方法: the way an application came in."""

    WEB = "web"
    PHONE = "phone"
    COUNTER = "counter"
    PAPER = "paper"
    WALK_IN = "walk_in"


class AgeGroup(StrEnum):
    """年代, on the day of the activity."""

    PRESCHOOL = "preschool"
    ELEMENTARY = "elementary"
    JUNIOR_HIGH = "junior_high"
    HIGH_SCHOOL = "high_school"
    FROM_18_TO_39 = "18_39"
    FROM_40_TO_64 = "40_64"
    FROM_65 = "65_up"


class Residency(StrEnum):
    """市との関わり."""

    RESIDENT = "resident"
    WORKER = "worker"
    STUDENT = "student"
    OTHER = "other"


class Support(StrEnum):
    """配慮が必要な方: asked on every form, without a diagnosis."""

    WHEELCHAIR = "wheelchair"
    SIGN_LANGUAGE = "sign_language"
    WRITING = "writing"
    COMPANION = "companion"
    CALL_ME = "call_me"


class OfferAnswer(StrEnum):
    """繰上げのご案内への返事."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_S = SignupStatus
LIVE = frozenset(
    {
        _S.CONFIRMED,
        _S.WAITLISTED,
        _S.AWAITING_APPROVAL,
        _S.ENTERED,
        _S.OFFERED,
        _S.AWAITING_ANSWER,
    }
)
HOLDS_PLACES = frozenset({_S.CONFIRMED, _S.OFFERED, _S.AWAITING_ANSWER})
_EDGES: dict[SignupStatus, frozenset[SignupStatus]] = {
    _S.AWAITING_APPROVAL: frozenset({_S.CONFIRMED, _S.WAITLISTED, _S.NOT_SELECTED}),
    _S.ENTERED: frozenset({_S.CONFIRMED, _S.WAITLISTED, _S.NOT_SELECTED}),
    _S.WAITLISTED: frozenset({_S.OFFERED}),
    _S.OFFERED: frozenset({_S.CONFIRMED, _S.DECLINED, _S.EXPIRED}),
    _S.CONFIRMED: frozenset({_S.AWAITING_ANSWER}),
    _S.AWAITING_ANSWER: frozenset({_S.CONFIRMED}),
}


def move(old: SignupStatus, new: SignupStatus) -> SignupStatus:
    """The new state, where the edge is drawn; every live state may be cancelled.

    Raises EdgeNotDrawn. Source: rules.md, States.
    """
    if new is _S.CANCELLED and old in LIVE:
        return new
    if new not in _EDGES.get(old, frozenset()):
        raise EdgeNotDrawn(old, new)
    return new


def place(*, free: int, waiting: int, party: int, waitlist_free: int | None) -> SignupStatus:
    """Confirm a whole party while places are free and nobody waits; else it queues.

    All numbers are in the slot's unit (people or parties); `waitlist_free` is None where the
    waitlist has no limit. Raises Full. Source: rules.md, Places.
    """
    if waiting == 0 and party <= free:
        return SignupStatus.CONFIRMED
    if waitlist_free is None or party <= waitlist_free:
        return SignupStatus.WAITLISTED
    raise Full(free=max(free, 0), party=party)


def promoted(*, free: int, queue: list[int], pass_smaller: bool) -> list[int]:
    """Which of the queue are offered places now: indexes into `queue`, sizes in the slot's unit.

    The head goes when its whole party fits; smaller parties behind it pass only where the slot says
    so. Source: rules.md, Places.
    """
    chosen: list[int] = []
    for index, size in enumerate(queue):
        if size <= free:
            chosen.append(index)
            free -= size
        elif not pass_smaller:
            break
    return chosen


def offer_lasts(until_start: timedelta) -> timedelta:
    """How long an offer lasts, by how far away the start is. Source: rules.md, Waitlist."""
    for days, hours in ((14, 72), (7, 48), (3, 24)):
        if until_start > timedelta(days=days):
            return timedelta(hours=hours)
    return timedelta(hours=6)


def offer_expires_at(
    *, now: datetime, starts_at: datetime, offers_stop_at: datetime, calendar: OfficeCalendar
) -> datetime:
    """The deadline of an offer made now.

    Its hours, then to the next closing of an office day, never past `offers_stop_at`. One made after
    that is a phone call, which ends when the activity starts. Source: rules.md, Waitlist.
    """
    if now >= offers_stop_at:
        return starts_at
    return min(calendar.next_closing(now + offer_lasts(starts_at - now)), offers_stop_at)
