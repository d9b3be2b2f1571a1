"""Words of matching, by subject; importing them registers what refusals say."""

from kyodo_match.matching.messages import drawing, recommending, rounds, volunteers

__all__ = ["drawing", "recommending", "rounds", "volunteers"]
