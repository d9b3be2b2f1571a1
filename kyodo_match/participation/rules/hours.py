"""Hours of activity: recorded, then approved or returned."""

from enum import StrEnum


class HoursState(StrEnum):
    """活動時間の状態."""

    RECORDED = "recorded"
    APPROVED = "approved"
    RETURNED = "returned"
