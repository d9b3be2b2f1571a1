"""Templates compose, and say what they are."""

import re
from pathlib import Path

import pytest

from tests.support.repository import ROOT, files


def _is_page(path: Path) -> bool:
    """Whether it is shown by itself: not a layout, a component or a part."""
    return path.parts[1] not in {"layouts", "components", "mail"} and path.name[0] != "_"


TEMPLATES = [p for p in files() if p.is_relative_to("templates") and p.suffix == ".html"]
PAGES = [p for p in TEMPLATES if _is_page(p)]
_IMPORT = re.compile(r"{%-?\s*from\s+[\"']([^\"']+)[\"']\s+import\s+(.+?)-?%}", re.DOTALL)
_IMPORT_ALL = re.compile(r"{%-?\s*import\s+[\"']([^\"']+)[\"']\s+as\s+(\w+)")
_EXTENDS = re.compile(r"{%-?\s*extends\s+\S")


def _text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_every_page_extends_a_layout_and_has_a_title(path: Path) -> None:
    text = _text(path)

    assert _EXTENDS.search(text)
    assert re.search(r"{%-?\s*block title", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_imported_macro_is_used(path: Path) -> None:
    text = _text(path)
    names = [match[1] for match in _IMPORT_ALL.findall(text)]
    for _source, imported in _IMPORT.findall(text):
        words = re.sub(r"\bwith(out)?\s+context\b", "", imported).split(",")
        names += [word.split(" as ")[-1].strip() for word in words if word.strip()]
    rest = _IMPORT_ALL.sub("", _IMPORT.sub("", text))

    unused = [name for name in names if not re.search(rf"\b{re.escape(name)}\b", rest)]

    assert unused == []


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_nothing_is_inline_and_nothing_is_somebody_elses(path: Path) -> None:
    text = _text(path)

    assert not re.search(r"<style\b|\sstyle=|\son\w+=\"", text)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", text)
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*(src|href)=\"(https?:)?//", text)
