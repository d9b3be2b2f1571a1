"""申込み: states and their edges, how places are given, and how long an offer lasts."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from kyodo_match.core import text
from kyodo_match.core.clock import TOKYO, tokyo, tokyo_date
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.settings.rules import OfficeCalendar
from kyodo_match.signups.errors import (
    EdgeNotDrawn,
    Full,
    NobodyTakesPart,
    PartyTooLarge,
    SamePersonTwice,
)


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


FIRST_ACCESS = 1  # the version of link and PIN that an application begins with


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


@dataclass(frozen=True)
class Companion:
    """同行者: somebody who takes part, as named on the form."""

    name: str
    kana: str
    age_group: AgeGroup


@dataclass(frozen=True)
class Application:
    """申込みの内容: what was typed, normalised by the form; no object of a request.

    `submission_key` is already the fingerprint that is bound to the session; `entered_by` is the
    typist's account and `received_at` the office's time where staff enter it (None: now).
    """

    name: str
    kana: str
    age_group: AgeGroup
    residency: Residency
    privacy_version: str
    email: str = ""
    phone: str = ""
    district: str = ""
    applicant_participates: bool = True
    companions: tuple[Companion, ...] = ()
    first_time: bool | None = None
    support: tuple[str, ...] = ()
    note: str = ""
    channel: Channel = Channel.WEB
    privacy_by: str = "form"  # or `oral`: 口頭で説明済
    submission_key: str | None = None
    entered_by: str | None = None
    received_at: datetime | None = None

    @property
    def participants(self) -> tuple[Companion, ...]:
        """Who takes part: the applicant first, unless the applicant stays at home."""
        if not self.applicant_participates:
            return self.companions
        return (Companion(self.name, self.kana, self.age_group), *self.companions)

    @property
    def size(self) -> int:
        """How many people take part."""
        return len(self.participants)


@dataclass(frozen=True)
class Receipt:
    """受付: what the applicant is shown; `repeated` when the same submission came again."""

    number: str
    signup_id: str
    status: SignupStatus
    slot_id: str
    party: int
    repeated: bool = False


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

    Raises EdgeNotDrawn. Source: docs/rules/signup-states.md.
    """
    if new is _S.CANCELLED and old in LIVE:
        return new
    if new not in _EDGES.get(old, frozenset()):
        raise EdgeNotDrawn(old, new)
    return new


def person_kana(kana: str) -> str:
    """The ふりがな by which a person is compared: normalised, spaces do not tell people apart."""
    return text.kana(kana).replace(" ", "")


def contact_of(*, phone: str, email: str) -> str:
    """The contact that stands in a person's key: the phone's digits, else the e-mail.

    Source: docs/rules/exports-and-counting.md.
    """
    return text.digits(phone) or text.email(email)


def check_party(application: Application, *, limit: int) -> None:
    """Refuse a party of nobody, one that names a person twice, or one above the limit of people.

    Within a party the contact is shared, so the same ふりがな is the same person. Raises
    NobodyTakesPart, SamePersonTwice, PartyTooLarge. Source: docs/rules/places.md.
    """
    names = Counter(person_kana(person.kana) for person in application.participants)
    if not names:
        raise NobodyTakesPart
    if max(names.values()) > 1:
        raise SamePersonTwice
    if application.size > limit:
        raise PartyTooLarge(limit=limit, party=application.size)


def receipt_number(year: FiscalYear, number: int) -> str:
    """R8-00012: the Reiwa year of the fiscal year of receipt and a running number.

    Source: docs/rules/receipts-and-links.md.
    """
    return f"R{year.reiwa}-{number:05}"


_DASHES = re.compile(r"[‐‑‒–—―−ー]")
_NUMBER = re.compile(r"R(\d{1,2})(?:-(\d{1,9})|(\d{5}))")


def read_number(typed: str) -> str:
    """A 受付番号 as somebody typed it, as it is stored: 「ｒ８－１２」 is R8-00012."""
    half = _DASHES.sub("-", unicodedata.normalize("NFKC", text.one_line(typed))).upper()
    found = _NUMBER.fullmatch(half.replace(" ", ""))
    return f"R{int(found[1])}-{int(found[2] or found[3]):05}" if found else half


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


def offer_lasts(until_start: timedelta) -> timedelta:
    """How long an offer lasts, by how far away the start is.

    Source: docs/rules/waitlist-and-offers.md.
    """
    for days, hours in ((14, 72), (7, 48), (3, 24)):
        if until_start > timedelta(days=days):
            return timedelta(hours=hours)
    return timedelta(hours=6)


def offer_expires_at(
    *, now: datetime, starts_at: datetime, offers_stop_at: datetime, calendar: OfficeCalendar
) -> datetime:
    """The deadline of an offer made now.

    Its hours, then to the next closing of an office day, never past `offers_stop_at`. One made
    after that is a phone call, which ends when the activity starts.
    Source: docs/rules/waitlist-and-offers.md.
    """
    if now >= offers_stop_at:
        return starts_at
    return min(calendar.next_closing(now + offer_lasts(starts_at - now)), offers_stop_at)


_OFFERS_STOP = timedelta(hours=24)


def offers_stop(*, stop_at: datetime | None, starts_at: datetime) -> datetime:
    """When offers in writing end: 24 h before the start unless the slot says otherwise.

    Source: docs/rules/waitlist-and-offers.md.
    """
    return stop_at or starts_at - _OFFERS_STOP


def is_late(old: SignupStatus, *, now: datetime, cancel_until: datetime | None) -> bool:
    """Whether leaving now is 欠席 rather than a cancellation: a sure place, given back too late.

    Source: docs/rules/waitlist-and-offers.md.
    """
    return (
        old in {_S.CONFIRMED, _S.AWAITING_ANSWER}
        and cancel_until is not None
        and now > cancel_until
    )


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


_REMIND_FROM = time(9, 0)


@dataclass(frozen=True)
class ReminderWindow:
    """Whom a reminder is for: when their activity begins, and until when the place was settled."""

    starts_from: datetime
    starts_before: datetime
    settled_before: datetime


def reminder_window(now: datetime) -> ReminderWindow | None:
    """Who is reminded now: from 9:00 in Japan, those whose activity begins tomorrow.

    Who got the confirmation today is not told the same again a few hours later. None before 9:00.
    """
    local = tokyo(now)
    if local.time() < _REMIND_FROM:
        return None
    today = datetime.combine(local.date(), time(), TOKYO)
    tomorrow = today + timedelta(days=1)
    return ReminderWindow(tomorrow, tomorrow + timedelta(days=1), settled_before=today)


def reminder_follows(starts_at: datetime, *, now: datetime) -> bool:
    """Whether whose place is settled now is reminded: not of what begins today or tomorrow."""
    return tokyo_date(starts_at) - tokyo_date(now) >= timedelta(days=2)


# The least and the most years that somebody of an age group can have lived.
_AGES = {
    AgeGroup.PRESCHOOL: (0, 6),
    AgeGroup.ELEMENTARY: (6, 12),
    AgeGroup.JUNIOR_HIGH: (12, 15),
    AgeGroup.HIGH_SCHOOL: (15, 17),
    AgeGroup.FROM_18_TO_39: (18, 39),
    AgeGroup.FROM_40_TO_64: (40, 64),
    AgeGroup.FROM_65: (65, 130),
}


def fits_ages(age_group: AgeGroup, *, min_age: int | None, max_age: int | None) -> bool:
    """Whether somebody of the age group can be of an age that the opportunity is for.

    Only what is impossible is refused: at 12 one is at elementary school or at junior high.
    """
    least, most = _AGES[age_group]
    return (min_age is None or most >= min_age) and (max_age is None or least <= max_age)
