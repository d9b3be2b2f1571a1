"""The forms around sign-ups."""

from kyodo_match.signups.forms.access import LookUpForm, ResendForm
from kyodo_match.signups.forms.application import (
    MOST_ROWS,
    OFFICE_CHANNELS,
    PRIVACY_VERSION,
    Asks,
    CompanionForm,
    CompanionRows,
    SignupForm,
)
from kyodo_match.signups.forms.changing import ContactForm, PersonForm
from kyodo_match.signups.forms.fields import (
    LONGEST_MAIL,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_REASON,
    PLEASE_CHOOSE,
    at_most,
    choices_of,
    readable,
    take_suggestion,
    yes_or_no,
)
from kyodo_match.signups.forms.slots import CancelSlotForm, CapacityForm, NoteForm
from kyodo_match.signups.messages import ages_text

__all__ = [
    "LONGEST_MAIL",
    "LONGEST_NAME",
    "LONGEST_NOTE",
    "LONGEST_REASON",
    "MOST_ROWS",
    "OFFICE_CHANNELS",
    "PLEASE_CHOOSE",
    "PRIVACY_VERSION",
    "Asks",
    "CancelSlotForm",
    "CapacityForm",
    "CompanionForm",
    "CompanionRows",
    "ContactForm",
    "LookUpForm",
    "NoteForm",
    "PersonForm",
    "ResendForm",
    "SignupForm",
    "ages_text",
    "at_most",
    "choices_of",
    "readable",
    "take_suggestion",
    "yes_or_no",
]
