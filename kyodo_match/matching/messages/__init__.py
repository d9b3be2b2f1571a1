"""Words of matching, by subject; importing them registers what refusals say."""

from kyodo_match.matching.messages import drawing

__all__ = ["drawing"]
