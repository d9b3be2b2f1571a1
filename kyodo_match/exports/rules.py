"""出力: which files there are, their columns, and how they are called."""

from dataclasses import dataclass
from enum import StrEnum

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.fiscal_year import FiscalYear


class ExportKind(StrEnum):
    """出力の種類."""

    PARTICIPANTS = "participants"
    SIGNUPS = "signups"

    @property
    def columns(self) -> tuple[str, ...]:
        """The header of the file, in this order. Source: docs/files.md."""
        return _COLUMNS[self]

    def is_open_to(self, role: StaffRole) -> bool:
        """Who may take it: a viewer sees counts, never names."""
        return self is not ExportKind.SIGNUPS or role.rank >= StaffRole.COORDINATOR.rank


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
}  # fmt: skip

# What stands in `slot_status` of a line that was imported: it has no slot of its own.
IMPORTED = "imported"


@dataclass(frozen=True)
class Scope:
    """What an export covers: a kind, and a fiscal year or all of them."""

    kind: ExportKind
    fiscal_year: FiscalYear | None = None

    @property
    def year(self) -> int | None:
        return self.fiscal_year.year if self.fiscal_year else None

    @property
    def file_name(self) -> str:
        """The name of the file in plain ASCII: `participants-2026.csv`."""
        return f"{self.kind}-{self.year or 'all'}.csv"
