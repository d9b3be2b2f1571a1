"""マッチングの画面: each subject adds its pages to the blueprint."""

from kyodo_match.matching.views_staff.blueprint import bp

__all__ = ["bp"]
