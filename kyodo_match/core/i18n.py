"""Words for people go through gettext; the Japanese text is the msgid."""

from typing import Any

from flask_babel import gettext, lazy_gettext


def _(message: str, **values: object) -> str:
    """The message in the language of the reader, now; values as `%(name)s`."""
    return str(gettext(message, **values))


def lazy(message: str) -> Any:
    """The message in the language of whoever reads it later, for what is written early."""
    return lazy_gettext(message)


__all__ = ["_", "lazy"]
