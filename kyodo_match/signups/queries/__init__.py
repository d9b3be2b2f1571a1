"""What is read about sign-ups. Whatever decides on places is read under the slot's lock."""

from kyodo_match.signups.queries.due import (
    signups_to_remind,
    slots_to_remind,
    slots_with_ended_offers,
    unanswered_offers,
)
from kyodo_match.signups.queries.lists import (
    PAGE,
    Listing,
    listing,
    live_of_email,
    signups_of_slot,
)
from kyodo_match.signups.queries.one import (
    WHOLE,
    WITH_PARTICIPANTS,
    has_note,
    live,
    note_of,
    open_offer,
    signup_by_id,
    signup_by_number,
    signup_of_key,
    signup_of_token,
    signup_under_lock,
    slot_id_of,
)
from kyodo_match.signups.queries.people import has_overlap, same_person
from kyodo_match.signups.queries.places import (
    Crowd,
    crowd,
    live_of,
    places_of,
    places_taken,
    queue,
    why_waiting,
)

__all__ = [
    "PAGE",
    "WHOLE",
    "WITH_PARTICIPANTS",
    "Crowd",
    "Listing",
    "crowd",
    "has_note",
    "has_overlap",
    "listing",
    "live",
    "live_of",
    "live_of_email",
    "note_of",
    "open_offer",
    "places_of",
    "places_taken",
    "queue",
    "same_person",
    "signup_by_id",
    "signup_by_number",
    "signup_of_key",
    "signup_of_token",
    "signup_under_lock",
    "signups_of_slot",
    "signups_to_remind",
    "slot_id_of",
    "slots_to_remind",
    "slots_with_ended_offers",
    "unanswered_offers",
    "why_waiting",
]
