"""申込みのユースケース: applying, offers, leaving, access and reminders."""

from kyodo_match.signups.services.access import look_up, renew_access, resend_link
from kyodo_match.signups.services.applying import sign_up, take_walk_in
from kyodo_match.signups.services.cancelling import cancel, cancel_slot
from kyodo_match.signups.services.importing import Imported, import_signups
from kyodo_match.signups.services.notes import read_note
from kyodo_match.signups.services.reminding import remind_slot
from kyodo_match.signups.services.waitlist import (
    answer_offer,
    change_capacity,
    expire_offers_of,
)

__all__ = [
    "Imported",
    "answer_offer",
    "cancel",
    "cancel_slot",
    "change_capacity",
    "expire_offers_of",
    "import_signups",
    "look_up",
    "read_note",
    "remind_slot",
    "renew_access",
    "resend_link",
    "sign_up",
    "take_walk_in",
]
