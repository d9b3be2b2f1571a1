"""Registered volunteers, and how they are asked."""

from enum import StrEnum


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
