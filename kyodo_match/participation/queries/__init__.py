"""What happened: the list of the day, tallies, what waits, and records for indicators."""

from kyodo_match.participation.queries.day import (
    EXPECTED,
    ReceptionDay,
    expected,
    head_count,
    reception_day,
    tally_of,
)
from kyodo_match.participation.queries.history import Change, Marker, changes, markers
from kyodo_match.participation.queries.imports import (
    are_old_drafts,
    batches,
    compared,
    draft_or_batch,
    has_old_drafts,
    lines_of_batch,
    own_drafts,
)
from kyodo_match.participation.queries.links import link_by_id, links_of, state_of
from kyodo_match.participation.queries.records import day_records
from kyodo_match.participation.queries.waiting import (
    UnmarkedDay,
    unmarked_count,
    unmarked_days,
    writers,
)

__all__ = [
    "EXPECTED",
    "Change",
    "Marker",
    "ReceptionDay",
    "UnmarkedDay",
    "are_old_drafts",
    "batches",
    "changes",
    "compared",
    "day_records",
    "draft_or_batch",
    "expected",
    "has_old_drafts",
    "head_count",
    "lines_of_batch",
    "link_by_id",
    "links_of",
    "markers",
    "own_drafts",
    "reception_day",
    "state_of",
    "tally_of",
    "unmarked_count",
    "unmarked_days",
    "writers",
]
