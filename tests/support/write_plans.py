"""Plans as a file of ours holds them: the least one, with what a test changes in it."""

from typing import Any


def a_plan(**over: Any) -> dict[str, Any]:
    """A plan with one indicator."""
    return {
        "title": "計画",
        "first_fiscal_year": 2025,
        "last_fiscal_year": 2027,
        "goals": [{"number": 1, "name": "ひとづくり", "indicators": [an_indicator()]}],
    } | over


def an_indicator(**over: Any) -> dict[str, Any]:
    """How many took part."""
    indicator: dict[str, Any] = {
        "key": "participants",
        "name": "参加した人数",
        "unit": "人",
        "source": "attendance",
        "kinds": ["experience"],
        "aggregation": "annual",
    }
    return indicator | over


def with_indicator(**over: Any) -> dict[str, Any]:
    """A plan whose indicator says otherwise; None leaves a line out."""
    indicator = an_indicator(**over)
    indicator = {key: value for key, value in indicator.items() if value is not None}
    return a_plan(goals=[{"number": 1, "name": "ひとづくり", "indicators": [indicator]}])


def with_goal(**over: Any) -> dict[str, Any]:
    """A plan whose goal says otherwise; None leaves a line out."""
    goal = {"number": 1, "name": "ひとづくり"} | over
    return a_plan(goals=[{key: value for key, value in goal.items() if value is not None}])
