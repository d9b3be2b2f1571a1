"""Volunteer needs: how a need spreads over time, its roles, and what somebody can bring."""

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from kyodo_match.core.clock import TOKYO, midnight


class NeedPattern(StrEnum):
    """募集の形: one day, several days with roles, or whenever it suits."""

    ONE_OFF = "one_off"
    SEVERAL = "several"
    STANDING = "standing"


class Skill(StrEnum):
    """得意なこと: what a need asks for and a person offers."""

    PHOTO = "photo"
    COMPUTER = "computer"
    DESIGN = "design"
    WRITING = "writing"
    ACCOUNTING = "accounting"
    DRIVING = "driving"
    CARPENTRY = "carpentry"
    GARDENING = "gardening"
    COOKING = "cooking"
    MUSIC = "music"
    READING_ALOUD = "reading_aloud"
    TEACHING = "teaching"
    CHILDCARE = "childcare"
    CARE = "care"
    FIRST_AID = "first_aid"
    SIGN_LANGUAGE = "sign_language"
    FOREIGN_LANGUAGE = "foreign_language"
    HOSTING = "hosting"
    MUSCLE = "muscle"


# Ties to the city that may be asked for; sign-ups have them, and 「その他」, as 市との関わり.
RESIDENCIES = ("resident", "worker", "student")
MOST_ROLES = 6


class RolePlan(NamedTuple):
    """役割: what somebody does, and how many are needed for it; `id` where it is on file."""

    name: str
    head_count: int
    skill: str = ""  # a Skill, or none
    note: str = ""
    id: str = ""


def anew(roles: Iterable[RolePlan]) -> tuple[RolePlan, ...]:
    """The same roles for another day: rows of their own. Source: docs/rules/volunteer-needs.md."""
    return tuple(role._replace(id="") for role in roles)


def capacity_of(roles: Iterable[RolePlan], *, otherwise: int) -> int:
    """定員: the sum of the head counts where there are roles."""
    return sum(role.head_count for role in roles) or otherwise


_LAST_MINUTE = time(23, 59)


def period(first: date, last: date) -> tuple[datetime, datetime]:
    """From when to when a standing need runs: both days included, Japan time."""
    return midnight(first), datetime.combine(last, _LAST_MINUTE, TOKYO)
