"""Who applies: the application, its party, and who is the same person."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kyodo_match.core import text
from kyodo_match.signups.errors import (
    NobodyTakesPart,
    NotOfAge,
    NotOfResidency,
    OnlyEscorts,
    PartyTooLarge,
    SamePersonTwice,
    TooManyEscorts,
)
from kyodo_match.signups.rules.states import SignupStatus


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


class Comes(Protocol):
    """Somebody of a party, as named on a form or as the register has them."""

    @property
    def is_escort(self) -> bool:
        """付き添い: whether they come for somebody else's sake and take no part themselves."""


@dataclass(frozen=True)
class Companion:
    """同行者: somebody who comes, as named on the form."""

    name: str
    kana: str
    age_group: AgeGroup
    is_escort: bool = False


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
    applicant_escorts: bool = False  # comes, for the sake of those who take part
    companions: tuple[Companion, ...] = ()
    first_time: bool | None = None
    support: tuple[str, ...] = ()
    note: str = ""
    channel: Channel = Channel.WEB
    privacy_by: str = "form"  # or `oral`: 口頭で説明済
    submission_key: str | None = None
    entered_by: str | None = None
    received_at: datetime | None = None
    role: str = ""  # a role's public id; blank: any, or the day has none
    certificate: bool = False  # the applicant says that the needed one is there

    @property
    def participants(self) -> tuple[Companion, ...]:
        """Who comes: the applicant first, unless the applicant stays at home."""
        if not self.applicant_participates:
            return self.companions
        own = Companion(self.name, self.kana, self.age_group, is_escort=self.applicant_escorts)
        return (own, *self.companions)


@dataclass(frozen=True)
class Receipt:
    """受付: what the applicant is shown; `repeated` when the same submission came again."""

    number: str
    signup_id: str
    status: SignupStatus
    slot_id: str
    party: int
    repeated: bool = False


def person_kana(kana: str) -> str:
    """The ふりがな by which a person is compared: normalised, spaces do not tell people apart."""
    return text.kana(kana).replace(" ", "")


def contact_of(*, phone: str, email: str) -> str:
    """The contact that stands in a person's key: the phone's digits, else the e-mail.

    Source: docs/rules/exports-and-counting.md.
    """
    return text.digits(phone) or text.email(email)


def party_size(people: Iterable[Comes], *, escorts_count: bool) -> int:
    """人数: how many of a party take a place; escorts only where the day counts them.

    Source: docs/rules/escorts.md.
    """
    return sum(escorts_count or not person.is_escort for person in people)


def check_party(application: Application, *, limit: int, escorts_count: bool) -> None:
    """Refuse a party of nobody, one that names a person twice, or one above the limit of people.

    Raises NobodyTakesPart, OnlyEscorts, TooManyEscorts, SamePersonTwice, PartyTooLarge.
    Source: docs/rules/places.md, docs/rules/escorts.md.
    """
    people = application.participants
    if not people:
        raise NobodyTakesPart
    check_escorts(people)
    check_names(person.kana for person in people)
    size = party_size(people, escorts_count=escorts_count)
    if size > limit:
        raise PartyTooLarge(limit=limit, party=size)


def check_escorts(people: Collection[Comes]) -> None:
    """Refuse escorts without anybody whom they escort, and more than one for each.

    They take no place, so that a hall would fill up with them. Raises OnlyEscorts, TooManyEscorts.
    Source: docs/rules/escorts.md.
    """
    taking_part = party_size(people, escorts_count=False)
    if not taking_part:
        raise OnlyEscorts
    if len(people) - taking_part > taking_part:
        raise TooManyEscorts


def check_names(kanas: Iterable[str]) -> None:
    """Refuse a party that names a person twice.

    Within a party the contact is shared, so the same ふりがな is the same person. Raises
    SamePersonTwice. Source: docs/rules/places.md.
    """
    if max(Counter(map(person_kana, kanas)).values()) > 1:
        raise SamePersonTwice


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


def check_ages(
    age_groups: Iterable[AgeGroup], *, min_age: int | None, max_age: int | None
) -> None:
    """Refuse an age group that nobody of can be of an age that the opportunity is for.

    Only what is impossible is refused: at 12 one is at elementary school or at junior high.
    Raises NotOfAge.
    """
    for age_group in age_groups:
        least, most = _AGES[age_group]
        too_young = min_age is not None and most < min_age
        if too_young or (max_age is not None and least > max_age):
            raise NotOfAge(age_group, min_age=min_age, max_age=max_age)


def check_residency(residency: Residency, *, residencies: Collection[str]) -> None:
    """Refuse an applicant without the ties to the city that are asked for; none: everybody.

    Raises NotOfResidency. Source: docs/rules/volunteer-needs.md.
    """
    if residencies and residency not in residencies:
        raise NotOfResidency(tuple(residencies))
