"""The words of opportunities: labels, refusals, and changes in words."""

from kyodo_match.opportunities.messages.changes import (
    Line,
    change_label,
    change_lines,
    change_words,
)
from kyodo_match.opportunities.messages.labels import (
    act_label,
    card_words,
    field_label,
    kind_label,
    mode_label,
    pattern_label,
    short_moment,
    skill_label,
    state_label,
    state_sign,
    status_label,
    status_sign,
    tie_label,
    unit_label,
    welcome_label,
)
from kyodo_match.opportunities.messages.refusals import fault_text, missing_text

__all__ = [
    "Line",
    "act_label",
    "card_words",
    "change_label",
    "change_lines",
    "change_words",
    "fault_text",
    "field_label",
    "kind_label",
    "missing_text",
    "mode_label",
    "pattern_label",
    "short_moment",
    "skill_label",
    "state_label",
    "state_sign",
    "status_label",
    "status_sign",
    "tie_label",
    "unit_label",
    "welcome_label",
]
