"""Words of matching, by subject; importing them registers what refusals say."""

from kyodo_match.matching.messages import drawing, recommending

__all__ = ["drawing", "recommending"]
