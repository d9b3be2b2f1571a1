"""参加実績のユースケース: marking who came, and results from before."""

from kyodo_match.participation.services.importing import Line, import_participation
from kyodo_match.participation.services.marking import add_walk_in, count_heads, mark

__all__ = ["Line", "add_walk_in", "count_heads", "import_participation", "mark"]
