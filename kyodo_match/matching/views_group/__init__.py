"""マッチングの画面: each subject adds its pages to the blueprint."""

from kyodo_match.matching.views_group import helping
from kyodo_match.matching.views_group.blueprint import bp

__all__ = ["bp", "helping"]
