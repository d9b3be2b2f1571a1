"""One place commits, one place knows the time."""

import ast
from pathlib import Path

from tests.support.repository import calls, python_files, tree_of


def test_only_core_db_commits_and_rolls_back() -> None:
    found = [
        f"{path}:{line}"
        for path in python_files()
        if path != Path("kyodo_match/core/db.py")
        for line, name in calls(path)
        if name in {"commit", "rollback"}
    ]

    assert found == []


def test_nobody_takes_the_clock_apart() -> None:
    """A name imported from the clock would go on telling the real time in tests."""
    found = [
        f"{path}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == "kyodo_match.core.clock"
        and any(alias.name == "now" for alias in node.names)
    ]

    assert found == []
