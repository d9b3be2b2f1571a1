"""Words of matching, by subject; importing them registers what refusals say."""

from kyodo_match.matching.messages import (
    drawing,
    draws,
    recommending,
    rounds,
    volunteers,
    weights,
)

__all__ = ["drawing", "draws", "recommending", "rounds", "volunteers", "weights"]
