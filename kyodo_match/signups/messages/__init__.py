"""The words of sign-ups: labels, and what refusals say."""

from kyodo_match.signups.messages import refusals
from kyodo_match.signups.messages.labels import (
    FILTERS,
    action_label,
    age_group_label,
    ages_text,
    channel_label,
    reply_text,
    residencies_text,
    residency_label,
    role_words,
    status_label,
    status_sign,
    support_label,
)

__all__ = [
    "FILTERS",
    "action_label",
    "age_group_label",
    "ages_text",
    "channel_label",
    "refusals",
    "reply_text",
    "residencies_text",
    "residency_label",
    "role_words",
    "status_label",
    "status_sign",
    "support_label",
]
