"""Registered volunteers: what they tell, who may be asked, and what everybody may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kyodo_match.matching.errors.volunteers import (
    NotRegistered,
)
from kyodo_match.signups.rules import AgeGroup, Channel, Residency


class VolunteerState(StrEnum):
    """ボランティア登録の状態."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class ProposalState(StrEnum):
    """お声がけの状態: proposed by the desk, sent once somebody confirms it, then answered."""

    PROPOSED = "proposed"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Registration:
    """登録の内容: what was typed, normalised by the form; `entered_by` is the typist's account."""

    name: str
    kana: str
    age_group: AgeGroup
    residency: Residency
    privacy_version: str
    email: str = ""
    phone: str = ""
    district: str = ""
    times: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    certificate: str = ""
    drives: bool = False
    remote_ok: bool = False
    may_be_asked: bool = False
    channel: Channel = Channel.WEB
    privacy_by: str = "form"  # or `oral`: 口頭で説明済
    entered_by: str | None = None


# What a person may set anew; how and by whom it was entered stays.
CHANGEABLE = (
    "name", "kana", "age_group", "residency", "email", "phone", "district", "times", "fields",
    "skills", "certificate", "drives", "remote_ok", "may_be_asked",
)  # fmt: skip

# A registration whose mailed link nobody opened is forgotten.
UNCONFIRMED_FOR = timedelta(days=7)

# A smaller number tells too much of who it is.
SMALLEST_SHOWN = 3


def shown_number(number: int) -> int | None:
    """A number of people as everybody may see it; None where it is small.

    Source: docs/rules/volunteers.md.
    """
    return number if number >= SMALLEST_SHOWN else None


def shown_total(parts: Mapping[str, int]) -> int | None:
    """How many there are in all; None where it would tell a small part by taking the others away.

    `parts` split the whole: everybody is in one of them. Source: docs/rules/volunteers.md.
    """
    if any(shown_number(number) is None for number in parts.values()):
        return None
    return sum(parts.values())


def paused(state: VolunteerState, *, pause: bool) -> VolunteerState:
    """Rest for a while, or be asked again. Raises NotRegistered where it has ended."""
    if state is VolunteerState.ENDED:
        raise NotRegistered
    return VolunteerState.PAUSED if pause else VolunteerState.ACTIVE
