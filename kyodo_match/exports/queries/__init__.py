"""What stands in each file: read as a stream, never as objects."""

from kyodo_match.exports.queries.reading import Line, Table
from kyodo_match.exports.queries.tables import fiscal_years, table

__all__ = ["Line", "Table", "fiscal_years", "table"]
