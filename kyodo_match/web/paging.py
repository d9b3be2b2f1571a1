"""Which page of a list is asked for."""

from flask import request

_LONGEST_NUMBER = 6


def page_number() -> int:
    """The `page` of the query; the first, where that is no number."""
    asked = request.args.get("page", "")
    valid = asked.isascii() and asked.isdigit() and len(asked) < _LONGEST_NUMBER
    return max(int(asked), 1) if valid else 1
