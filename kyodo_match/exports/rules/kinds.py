"""出力: which files there are, their columns, and how they are called."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.fiscal_year import FiscalYear


class ExportKind(StrEnum):
    """出力の種類."""

    PARTICIPANTS = "participants"
    SIGNUPS = "signups"
    GROUPS = "groups"
    OPPORTUNITIES = "opportunities"
    INDICATORS = "indicators"
    OPEN_DATA = "open-data"

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that name a person or say how to reach one, in the order of the file."""
        return _NAMED.get(self, ())

    @property
    def columns(self) -> tuple[str, ...]:
        """The header of the file, in this order. Source: docs/files.md.

        Empty for open data: its columns come from a map in a data file.
        """
        return _COLUMNS.get(self, ())

    def is_open_to(self, role: StaffRole) -> bool:
        """Who may take it: a viewer sees counts, never names."""
        return not self.named or role.rank >= StaffRole.COORDINATOR.rank


class FileFormat(StrEnum):
    """ファイルの形式."""

    CSV = "csv"
    XLSX = "xlsx"


class Cell(Enum):
    """What a column holds: how a file writes it, and whether a spreadsheet could run it."""

    TEXT = auto()  # typed by people: may begin like a formula
    CODE = auto()  # ours: an id, a number of a receipt, the value of an enum
    NUMBER = auto()
    DAY = auto()
    MOMENT = auto()
    TIME = auto()


@dataclass(frozen=True)
class Column:
    """One column: its name in the file and what it holds."""

    name: str
    cell: Cell


@dataclass(frozen=True)
class Scope:
    """What an export covers: a kind, and a fiscal year or all of them."""

    kind: ExportKind
    fiscal_year: FiscalYear | None = None

    @property
    def year(self) -> int | None:
        return self.fiscal_year.year if self.fiscal_year else None

    def file_name(self, form: FileFormat) -> str:
        """The name of the file in plain ASCII: `participants-2026.csv`."""
        return f"{self.kind}-{self.year or 'all'}.{form}"


# What stands in `slot_status` of a line that was imported: it has no slot of its own.
IMPORTED = "imported"

_COLUMNS = {
    ExportKind.PARTICIPANTS: (
        "fiscal_year", "date", "kind", "opportunity", "group", "slot_id", "slot_status",
        "capacity", "signups", "confirmed", "attended", "absent", "unmarked",
        "head_count_adults", "head_count_children", "visits", "people", "first_timers",
        "cancelled",
    ),
    ExportKind.SIGNUPS: (
        "receipt_number", "status", "channel", "received_at", "slot_id", "name", "kana",
        "email", "phone", "age_group", "residency", "district", "party", "attendance",
    ),
    ExportKind.GROUPS: (
        "name", "kana", "kind", "legal_form", "fields", "representative", "phone", "email",
        "founded_on", "members", "website", "purpose", "activity", "status", "registered_on",
        "ended_on",
    ),
    ExportKind.OPPORTUNITIES: (
        "group", "kind", "title", "description", "place", "address", "district", "fields",
        "meeting_place", "access", "parking", "fee", "bring", "rain", "contact_name",
        "contact_phone", "min_age", "max_age", "escort", "barrier_free", "starts_at", "ends_at",
        "opens_at", "closes_at", "cancel_until", "capacity", "capacity_unit", "minimum", "mode",
        "party_limit", "waitlist_limit", "pass_smaller", "alone_welcome", "beginner_welcome",
        "status",
    ),
    ExportKind.INDICATORS: (
        "plan", "goal", "indicator", "unit", "fiscal_year", "as_of", "baseline", "target",
        "actual", "rate", "outcome",
    ),
}  # fmt: skip

# A contact of an opportunity that was never published is not public yet; open data has none.
_NAMED = {
    ExportKind.SIGNUPS: ("name", "kana", "email", "phone"),
    ExportKind.GROUPS: ("representative", "phone", "email"),
    ExportKind.OPPORTUNITIES: ("contact_name", "contact_phone"),
}

_CELLS = {
    **dict.fromkeys(
        (
            "capacity", "signups", "confirmed", "attended", "absent", "unmarked",
            "head_count_adults", "head_count_children", "visits", "people", "first_timers",
            "cancelled", "fiscal_year", "members", "min_age", "max_age", "minimum", "party_limit",
            "waitlist_limit", "pass_smaller", "alone_welcome", "beginner_welcome", "goal",
            "baseline", "target", "actual", "rate",
        ),
        Cell.NUMBER,
    ),
    **dict.fromkeys(
        (
            "kind", "slot_id", "slot_status", "status", "channel", "age_group", "residency",
            "attendance", "receipt_number", "party", "capacity_unit", "mode", "outcome",
        ),
        Cell.CODE,
    ),
    **dict.fromkeys(("date", "founded_on", "registered_on", "ended_on", "as_of"), Cell.DAY),
    **dict.fromkeys(
        ("received_at", "starts_at", "ends_at", "opens_at", "closes_at", "cancel_until"),
        Cell.MOMENT,
    ),
}  # fmt: skip


def columns_of(kind: ExportKind) -> tuple[Column, ...]:
    """The columns of a kind with what they hold; whatever is not known to be ours is text."""
    return tuple(Column(name, _CELLS.get(name, Cell.TEXT)) for name in kind.columns)
