"""The repository as it would be committed now, for tests that watch over all of it."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kyodo_match"
TEMPLATES = ROOT / "templates"
NOT_SLICES = {"cli", "core", "web", "demo"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is committed or about to be, relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(Path(name) for name in sorted(listed.split("\0")) if (ROOT / name).is_file())


def python_files(under: str = "kyodo_match") -> list[Path]:
    """Our Python files below a folder."""
    return [path for path in files() if path.suffix == ".py" and path.is_relative_to(under)]


def tree_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def slices() -> list[Path]:
    """The folders of the package that are slices."""
    return [
        place
        for place in sorted(PACKAGE.iterdir())
        if (place / "__init__.py").exists() and place.name not in NOT_SLICES
    ]


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of every method that a file calls."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr
