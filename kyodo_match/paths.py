"""Where the files beside the code are: inside the package in a wheel, next to it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _find(name: str) -> Path:
    inside, beside = _PACKAGE / name, _PACKAGE.parent / name
    return inside if inside.is_dir() else beside


TEMPLATES = _find("templates")
STATIC = _find("static")
MIGRATIONS = _find("migrations")
