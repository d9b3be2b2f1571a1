"""States of a sign-up and the edges between them."""

from datetime import datetime
from enum import StrEnum

from kyodo_match.signups.errors import (
    EdgeNotDrawn,
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


class OfferAnswer(StrEnum):
    """繰上げのご案内への返事."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class ReplyKind(StrEnum):
    """団体の返事の種類, each with a template of the group's own."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ASK = "ask"


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


# Whose place is decided: also who is asked whether they still come keeps it.
SURE = frozenset({_S.CONFIRMED, _S.AWAITING_ANSWER})


HOLDS_PLACES = SURE | {_S.OFFERED}


# What somebody else decides: a group's answer, or a draw.
UNDECIDED = frozenset({_S.AWAITING_APPROVAL, _S.ENTERED})


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


def is_late(old: SignupStatus, *, now: datetime, cancel_until: datetime | None) -> bool:
    """Whether leaving now is 欠席 rather than a cancellation: a sure place, given back too late.

    Who is asked because the day has changed is not late, whatever the hour.
    Source: docs/rules/signup-states.md.
    """
    return old is _S.CONFIRMED and cancel_until is not None and now > cancel_until
