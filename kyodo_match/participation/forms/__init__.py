"""The forms around participation."""

from kyodo_match.participation.forms.reception import HeadsForm, MarkForm, WalkInForm

__all__ = ["HeadsForm", "MarkForm", "WalkInForm"]
