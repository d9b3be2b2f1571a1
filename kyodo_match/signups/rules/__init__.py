"""申込み: states and their edges, how places are given, and how long an offer lasts."""

from kyodo_match.signups.rules.addresses import carrier_of, suggested_address
from kyodo_match.signups.rules.digests import DigestDays, digest_days
from kyodo_match.signups.rules.offers import answer_by, offer_expires_at, offer_lasts, offers_stop
from kyodo_match.signups.rules.parties import (
    AgeGroup,
    Application,
    Channel,
    Companion,
    Receipt,
    Residency,
    Support,
    check_ages,
    check_names,
    check_party,
    contact_of,
    person_kana,
)
from kyodo_match.signups.rules.places import (
    Waiting,
    WaitingReason,
    check_growth,
    place,
    places_of,
    promoted,
    why_waiting,
)
from kyodo_match.signups.rules.receipts import FIRST_ACCESS, read_number, receipt_number
from kyodo_match.signups.rules.reminders import (
    Reminder,
    ReminderWindow,
    reminder_windows,
    reminders_to_come,
    thanks_window,
)
from kyodo_match.signups.rules.states import (
    HOLDS_PLACES,
    LIVE,
    OfferAnswer,
    SignupStatus,
    is_late,
    move,
)

__all__ = [
    "FIRST_ACCESS",
    "HOLDS_PLACES",
    "LIVE",
    "AgeGroup",
    "Application",
    "Channel",
    "Companion",
    "DigestDays",
    "OfferAnswer",
    "Receipt",
    "Reminder",
    "ReminderWindow",
    "Residency",
    "SignupStatus",
    "Support",
    "Waiting",
    "WaitingReason",
    "answer_by",
    "carrier_of",
    "check_ages",
    "check_growth",
    "check_names",
    "check_party",
    "contact_of",
    "digest_days",
    "is_late",
    "move",
    "offer_expires_at",
    "offer_lasts",
    "offers_stop",
    "person_kana",
    "place",
    "places_of",
    "promoted",
    "read_number",
    "receipt_number",
    "reminder_windows",
    "reminders_to_come",
    "suggested_address",
    "thanks_window",
    "why_waiting",
]
