"""Which page of a list is asked for."""

from flask import request

_MOST_DIGITS = 5


def page_number() -> int:
    """The `page` of the query; the first, where that is no number."""
    return read_page(request.args.get("page", ""))


def read_page(asked: str) -> int:
    """The number of a page as it stands in an address; the first, where it is none."""
    valid = asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS
    return max(int(asked), 1) if valid else 1
