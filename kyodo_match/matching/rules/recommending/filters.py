"""Hard filters: why somebody cannot come to a day, each with a code that is shown to them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from kyodo_match.core.clock import tokyo_date
from kyodo_match.matching.rules.recommending.masks import AGES, ANYBODY, RESIDENCIES
from kyodo_match.matching.rules.recommending.needs import Need
from kyodo_match.matching.rules.recommending.people import MINORS, Person

# From the end of one activity to the start of another: across the city by car, or by bus within
# it, takes half an hour. Our own choice: docs/rules/recommendation.md.
TRAVEL_BUFFER = timedelta(minutes=30)
# The paper is fetched from the office, signed at home and brought along: two days before the day
# is the last on which that works. Our own choice: docs/rules/recommendation.md.
GUARDIAN_CONSENT_DAYS = 2


class Filter(StrEnum):
    """おすすめから除く理由, in the order in which they are asked."""

    PAST = "past"
    CLOSED = "closed"
    DRAW_PENDING = "draw_pending"
    NO_PLACES = "no_places"
    AGE = "age"
    RESIDENCE = "residence"
    GUARDIAN_CONSENT = "guardian_consent"
    CERTIFICATE = "certificate"
    OVERLAP = "overlap"
    INSURANCE = "insurance"


def filters_of(person: Person, need: Need, *, now: datetime) -> tuple[Filter, ...]:
    """Everything that keeps a person from a day at this moment; nothing: they may apply.

    What a person has not said (age group, residency) keeps them from nothing: the form asks.
    Source: docs/rules/recommendation.md.
    """
    return tuple(code for code, keeps in _KEEPS.items() if keeps(person, need, now))


class Gate:
    """What `filters_of` decides, for one person and many days: quick where nothing is found."""

    __slots__ = ("_age", "_has_certificate", "_is_minor", "_now", "_person", "_residency", "_size")

    def __init__(self, person: Person, *, now: datetime) -> None:
        self._person, self._now = person, now
        self._size = person.party_size
        self._age, self._residency = age_bit(person), residency_bit(person)
        self._has_certificate = person.certificate
        self._is_minor = person.age_group in MINORS

    def opens_for(self, need: Need) -> bool:
        """Whether the person may apply for a day at this moment."""
        now = self._now
        if (
            need.closes_at is None
            or need.opens_at is None
            or need.closes_at <= now
            or need.ends_at <= now
            or (need.is_lottery and now < need.opens_at)
            or need.room < self._size
            or not need.ages & self._age
            or not need.residencies & self._residency
            or (need.certificate and not self._has_certificate)
        ):
            return False
        if self._is_minor or need.insurance_days is not None or self._person.spans:
            return not filters_of(self._person, need, now=now)
        return True


def age_bit(person: Person) -> int:
    """The bit of a person's age group; not said: every bit."""
    return ANYBODY if person.age_group is None else 1 << AGES.index(person.age_group)


def residency_bit(person: Person) -> int:
    """The bit of a person's residency; not said: every bit."""
    return ANYBODY if person.residency is None else 1 << RESIDENCIES.index(person.residency)


def _past(_person: Person, need: Need, now: datetime) -> bool:
    return need.ends_at <= now


def _closed(_person: Person, need: Need, now: datetime) -> bool:
    """A day that opens later is shown with its date; a round only once it is open."""
    if need.ends_at <= now:
        return False
    if need.opens_at is None or need.closes_at is None:
        return True
    if need.is_lottery:
        return now < need.opens_at
    return need.closes_at <= now


def _draw_pending(_person: Person, need: Need, now: datetime) -> bool:
    closed = need.closes_at is not None and need.closes_at <= now
    return need.is_lottery and closed and need.ends_at > now


def _no_places(person: Person, need: Need, _now: datetime) -> bool:
    return need.room < person.party_size


def _age(person: Person, need: Need, _now: datetime) -> bool:
    return not need.ages & age_bit(person)


def _residence(person: Person, need: Need, _now: datetime) -> bool:
    return not need.residencies & residency_bit(person)


def _guardian_consent(person: Person, need: Need, now: datetime) -> bool:
    if not need.guardian_consent or person.age_group not in MINORS:
        return False
    return _days_to(need, now) < GUARDIAN_CONSENT_DAYS


def _certificate(person: Person, need: Need, _now: datetime) -> bool:
    return need.certificate and not person.certificate


def _overlap(person: Person, need: Need, _now: datetime) -> bool:
    """Where the time is arranged with the group, nothing overlaps."""
    if need.when[3]:
        return False
    return any(
        start - TRAVEL_BUFFER < need.ends_at and need.starts_at < end + TRAVEL_BUFFER
        for start, end in person.spans
    )


def _insurance(_person: Person, need: Need, now: datetime) -> bool:
    return need.insurance_days is not None and _days_to(need, now) < need.insurance_days


def _days_to(need: Need, now: datetime) -> int:
    """Days by the calendar in Japan; what is arranged with the group can be the last of them."""
    day = need.ends_at if need.when[3] else need.starts_at
    return (tokyo_date(day) - tokyo_date(now)).days


_KEEPS: dict[Filter, Callable[[Person, Need, datetime], bool]] = {
    Filter.PAST: _past,
    Filter.CLOSED: _closed,
    Filter.DRAW_PENDING: _draw_pending,
    Filter.NO_PLACES: _no_places,
    Filter.AGE: _age,
    Filter.RESIDENCE: _residence,
    Filter.GUARDIAN_CONSENT: _guardian_consent,
    Filter.CERTIFICATE: _certificate,
    Filter.OVERLAP: _overlap,
    Filter.INSURANCE: _insurance,
}
