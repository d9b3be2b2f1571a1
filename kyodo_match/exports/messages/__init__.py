"""The words of exports; importing this registers what refusals say."""

from kyodo_match.exports.messages import refusals

__all__ = ["refusals"]
