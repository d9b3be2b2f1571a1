"""出力: which files there are, what stands in them, and who may take them."""

from kyodo_match.exports.rules.events import EventColumn, EventMap, basic_fee, parse_event_map
from kyodo_match.exports.rules.kinds import (
    IMPORTED,
    Cell,
    Column,
    ExportKind,
    FileFormat,
    Scope,
    columns_of,
)

__all__ = [
    "IMPORTED",
    "Cell",
    "Column",
    "EventColumn",
    "EventMap",
    "ExportKind",
    "FileFormat",
    "Scope",
    "basic_fee",
    "columns_of",
    "parse_event_map",
]
