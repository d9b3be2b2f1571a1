"""The forms around participation."""

from kyodo_match.participation.forms.reception import (
    CorrectionForm,
    HeadsForm,
    MarkForm,
    OpenNamesForm,
    TapForm,
    WalkInForm,
)

__all__ = [
    "CorrectionForm",
    "HeadsForm",
    "MarkForm",
    "OpenNamesForm",
    "TapForm",
    "WalkInForm",
]
