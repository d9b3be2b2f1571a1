"""Importing this registers what the refusals of every subject say (`explain`)."""

from kyodo_match.matching.messages import (
    drawing,
    draws,
    recommending,
    rounds,
    volunteers,
    weights,
)

__all__ = ["drawing", "draws", "recommending", "rounds", "volunteers", "weights"]
