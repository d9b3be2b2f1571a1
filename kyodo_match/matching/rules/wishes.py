"""What a wish may say: when somebody is free, and how often they want to hear."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import product
from typing import Any

from kyodo_match.signups.rules import AgeGroup, Residency


class Frequency(StrEnum):
    """お知らせの回数."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"


class WishState(StrEnum):
    """希望の状態: kept once its mailed link was opened; one that is ended is erased."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"


class ShownIn(StrEnum):
    """どこで紹介したか: where a group's day was put before somebody."""

    PAGE = "page"
    MAIL = "mail"
    PROPOSAL = "proposal"


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS_OF_DAY = ("am", "pm", "eve")  # until 12:00, until 17:00, after
# 空いている時間: `sat_am`, in the order of the week.
FREE_TIMES = tuple(f"{day}_{part}" for day, part in product(WEEKDAYS, PARTS_OF_DAY))
MOST_PEOPLE = 20
# A link that was never opened keeps an address for so long.
UNCONFIRMED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WishChoices:
    """希望の内容: choices from lists, nothing that says who somebody is. None chosen: open to all.

    A kept wish has the same attributes.
    """

    district: str = ""
    drives: bool = False
    remote_ok: bool = False
    times: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    party_size: int = 1
    age_group: AgeGroup | None = None
    residency: Residency | None = None
    beginner: bool = False
    certificate: bool = False

    @classmethod
    def of(cls, wish: Any) -> "WishChoices":
        """The choices of whatever has these attributes."""
        return cls(**{name: getattr(wish, name) for name in CHOSEN})


CHOSEN = tuple(WishChoices.__dataclass_fields__)
