"""Logs that carry ids and never names: one line an event, JSON in production.

Links that open or stop something (`/manage/…`, `/wishes/open/…`, `/unsubscribe/…`) are masked
wherever they stand.
Of an exception only its type and place are written in production: messages of a database quote
what a person typed.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

_SECRET_PATH = re.compile(
    r"(/(?:manage|invitation)/(?!(?:lookup|resend)\b)"
    r"|/(?:wishes/open|volunteers/link|unsubscribe)/"
    r"|/reception/(?=[\w%.~=-]{16}))"  # its pages have short names
    r"[\w%.~=-]+"
)


def mask(text: str) -> str:
    """The text without the tokens of links that open or stop something."""
    return _SECRET_PATH.sub(r"\1***", text)


class _Stderr:
    """Whatever standard error is at the time of writing."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _mask_tokens(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = mask(value)
    return event


def _place_only(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by its type and its frames: no message, no local values."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["error"] = info[0].__name__
        event["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(info[2])
        ]
    return event


def configure(*, json: bool) -> None:
    """Send our events and those of libraries to standard error, as JSON or for a person's eyes."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([_place_only] if json else []),
        _mask_tokens,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        # Plain: the rich one prints local values, and with them names and tokens.
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    )
    stderr: Any = _Stderr()
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
