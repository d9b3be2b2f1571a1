"""What an applicant is told, and the key by which it is told once."""

from enum import StrEnum


class Kind(StrEnum):
    """お知らせの種類: what a message to an applicant is about."""

    CONFIRMED = "signup-confirmed"
    WAITLISTED = "signup-waitlisted"
    OFFER = "signup-offer"
    OFFER_EXPIRED = "signup-offer-expired"
    DECLINED = "signup-declined"
    CANCELLED = "signup-cancelled"
    PARTICIPANT_CANCELLED = "signup-participant-cancelled"
    SLOT_CANCELLED = "signup-slot-cancelled"
    REMINDER = "signup-reminder"
    REMINDER_WEEK = "signup-reminder-week"
    THANKS = "signup-thanks"
    CHANGED = "signup-changed"
    CHANGED_WAITING = "signup-changed-waiting"
    ANSWERED = "signup-answered"
    ANSWER_MISSING = "signup-answer-missing"
    CONTACT_CHANGED = "signup-contact-changed"
    PARTY_CHANGED = "signup-party-changed"
    LINK = "signup-link"
    ENTERED = "signup-entered"
    ENTRY_CHANGED = "signup-entry-changed"
    ROUND_EXTENDED = "signup-round-extended"
    ROUND_MOVED = "signup-round-moved"
    DRAW_PLACED = "signup-draw-placed"
    DRAW_ASKED = "signup-draw-asked"
    DRAW_WAITING = "signup-draw-waiting"
    DRAW_NOT_SELECTED = "signup-draw-not-selected"
    DRAW_ANSWERED = "signup-draw-answered"
    DRAW_ANSWER_MISSING = "signup-draw-answer-missing"
    DRAW_DAY_CANCELLED = "signup-draw-day-cancelled"
    DRAW_DAY_CHANGED = "signup-draw-day-changed"
    DRAW_MOVED = "signup-draw-moved"
    APPROVAL_RECEIVED = "signup-approval-received"
    APPROVED = "signup-approved"
    APPROVAL_DECLINED = "signup-approval-declined"
    APPROVAL_LAPSED = "signup-approval-lapsed"
    INQUIRY = "signup-inquiry"
    HOURS_RETURNED = "signup-hours-returned"


def notice_key(kind: Kind, *, slot_id: str, signup_id: str, occasion: str = "") -> str:
    """The idempotency key of a notice: one message an edge.

    `occasion` tells apart what may be said more than once. Source: docs/rules/outbox.md.
    """
    return f"{kind}:slot:{slot_id}:signup:{signup_id}{occasion and f':{occasion}'}"
