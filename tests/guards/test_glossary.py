"""One concept, one word: the glossary knows every word that the code uses."""

import importlib
import re
from enum import StrEnum
from pathlib import Path

from kyodo_match.core.db import Base
from tests.support.repository import ROOT, python_files


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _words() -> set[str]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return set(re.findall(r"[A-Za-z0-9_]+", text)) | set(re.findall(r"`([a-z-]+)`", text))


def test_the_glossary_knows_every_model() -> None:
    for path in python_files():
        if path.stem == "models" or path.parent.name == "models":
            importlib.import_module(_module(path))
    models = {mapper.class_.__name__ for mapper in Base.registry.mappers}

    missing = sorted(models - _words())

    assert models
    assert missing == []


def test_the_glossary_knows_every_member_of_every_enum_of_the_rules() -> None:
    members = set()
    for path in python_files():
        if path.stem == "rules" or path.parent.name == "rules":
            module = importlib.import_module(_module(path))
            for thing in vars(module).values():
                own = isinstance(thing, type) and thing.__module__ == module.__name__
                if own and issubclass(thing, StrEnum):
                    members |= {(thing.__name__, member.value) for member in thing}
    words = _words()

    missing = sorted(f"{enum}.{value}" for enum, value in members if value not in words)

    assert members
    assert missing == []
