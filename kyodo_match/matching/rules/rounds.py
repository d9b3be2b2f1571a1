"""A round: slots drawn together, and the way from its draft to its published results."""

from enum import StrEnum


class RoundStatus(StrEnum):
    """抽選の状態."""

    DRAFT = "draft"
    OPEN = "open"
    FROZEN = "frozen"
    DRAWN = "drawn"
    PUBLISHED = "published"


class RoundMode(StrEnum):
    """抽選の方式: one serial order, or deferred acceptance with soft reserves."""

    SERIAL = "serial"
    SOFT_RESERVES = "soft_reserves"


class PaperRule(StrEnum):
    """郵送の扱い: by arrival (必着) or by postmark (消印有効)."""

    ARRIVAL = "arrival"
    POSTMARK = "postmark"


class MinimumDecision(StrEnum):
    """開催判断 of a slot below its minimum."""

    HOLD = "hold"
    EXTEND = "extend"
    CANCEL = "cancel"
