"""マッチングの画面: each subject adds its pages to the blueprint."""

from kyodo_match.matching.views import verifying
from kyodo_match.matching.views.blueprint import bp

__all__ = ["bp", "verifying"]
