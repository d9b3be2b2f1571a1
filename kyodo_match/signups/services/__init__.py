"""申込みのユースケース: applying, offers, leaving, access and reminders."""

from kyodo_match.signups.services import approving
from kyodo_match.signups.services.access import look_up, renew_access, resend_link
from kyodo_match.signups.services.applying import sign_up
from kyodo_match.signups.services.cancelling import cancel, cancel_slot
from kyodo_match.signups.services.changing import (
    add_companion,
    answer_change,
    replace_participant,
)
from kyodo_match.signups.services.contacting import change_contact
from kyodo_match.signups.services.days import (
    change_day,
    change_place,
    withdraw_opportunity,
)
from kyodo_match.signups.services.digests import note_digests, write_digest
from kyodo_match.signups.services.importing import Imported, import_signups
from kyodo_match.signups.services.notes import read_note
from kyodo_match.signups.services.reminding import ask_again_of, remind_slot, thank_slot
from kyodo_match.signups.services.waitlist import (
    answer_offer,
    change_capacity,
    expire_offers_of,
)
from kyodo_match.signups.services.walking_in import take_walk_in

__all__ = [
    "Imported",
    "add_companion",
    "answer_change",
    "answer_offer",
    "approving",
    "ask_again_of",
    "cancel",
    "cancel_slot",
    "change_capacity",
    "change_contact",
    "change_day",
    "change_place",
    "expire_offers_of",
    "import_signups",
    "look_up",
    "note_digests",
    "read_note",
    "remind_slot",
    "renew_access",
    "replace_participant",
    "resend_link",
    "sign_up",
    "take_walk_in",
    "thank_slot",
    "withdraw_opportunity",
    "write_digest",
]
