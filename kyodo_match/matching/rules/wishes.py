"""What a wish may say: when somebody is free, and how often they want to hear."""

from enum import StrEnum
from itertools import product


class Frequency(StrEnum):
    """お知らせの回数."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"


class WishState(StrEnum):
    """希望の状態: kept once its mailed link was opened, until it is ended."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    ENDED = "ended"


class ShownIn(StrEnum):
    """どこで紹介したか: where a group's day was put before somebody."""

    PAGE = "page"
    MAIL = "mail"
    PROPOSAL = "proposal"


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS_OF_DAY = ("am", "pm", "eve")  # until 12:00, until 17:00, after
# 空いている時間: `sat_am`, in the order of the week.
FREE_TIMES = tuple(f"{day}_{part}" for day, part in product(WEEKDAYS, PARTS_OF_DAY))
