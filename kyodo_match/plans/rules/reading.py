"""Reading a table of a file key by key, and refusing whatever is not in the format."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from kyodo_match.plans.errors import DefinitionRefused, Problem

Choice = TypeVar("Choice", bound=StrEnum)

_INFERRED = "_inferred"


class Table:
    """One table of the file: every key is asked for once, and what nobody asked for is refused."""

    def __init__(self, content: object, path: str = "") -> None:
        if not isinstance(content, Mapping):
            raise DefinitionRefused(path, Problem.NOT_A_TABLE)
        self.content: dict[str, Any] = {str(key): value for key, value in content.items()}
        self.path = path
        self.asked: set[str] = set()

    def key(self, name: str) -> str:
        """The whole path of a key, as an error names it: goals[1].indicators[2].unit."""
        return f"{self.path}.{name}" if self.path else name

    def refuse(self, name: str, problem: Problem, detail: str = "") -> DefinitionRefused:
        return DefinitionRefused(self.key(name), problem, detail)

    def has(self, name: str) -> bool:
        return name in self.content

    def _take(self, name: str) -> Any:
        self.asked.add(name)
        return self.content.get(name)

    def require(self, name: str) -> None:
        if name not in self.content:
            raise self.refuse(name, Problem.MISSING)

    def text(self, name: str) -> str:
        value = self._take(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.refuse(name, Problem.NOT_A_TEXT)
        if not value.strip():
            raise self.refuse(name, Problem.EMPTY)
        return value

    def needed_text(self, name: str) -> str:
        self.require(name)
        return self.text(name)

    def matching_text(self, name: str, pattern: re.Pattern[str], problem: Problem) -> str:
        value = self.text(name)
        if value and not pattern.fullmatch(value):
            raise self.refuse(name, problem, value)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise self.refuse(name, Problem.NOT_A_LIST)
        if not all(isinstance(each, str) and each.strip() for each in value):
            raise self.refuse(name, Problem.NOT_A_TEXT)
        return tuple(value)

    def integer(self, name: str) -> int | None:
        value = self._take(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(name, Problem.NOT_AN_INTEGER)
        if value < 0:
            raise self.refuse(name, Problem.NEGATIVE)
        return value

    def needed_integer(self, name: str) -> int:
        self.require(name)
        return self.integer(name) or 0

    def year(self, name: str) -> int | None:
        """A fiscal year, as the calendar year in which it begins."""
        value = self.integer(name)
        if value is not None and not 1900 <= value <= 2200:  # noqa: PLR2004 - 令和7 typed for 2025
            raise self.refuse(name, Problem.NOT_AN_INTEGER, str(value))
        return value

    def needed_year(self, name: str) -> int:
        self.require(name)
        return self.year(name) or 0

    def number(self, name: str) -> int | float:
        self.require(name)
        value = self._take(name)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise self.refuse(name, Problem.NOT_A_NUMBER)
        if value < 0:
            raise self.refuse(name, Problem.NEGATIVE)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self._take(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.refuse(name, Problem.NOT_A_FLAG)
        return value

    def day(self, name: str) -> date | None:
        """A day, as TOML's date or as the ISO text that a stored definition has."""
        value = self._take(name)
        if value is None:
            return None
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise self.refuse(name, Problem.NOT_A_DAY, value) from None
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.refuse(name, Problem.NOT_A_DAY)
        return value

    def needed_day(self, name: str) -> date:
        self.require(name)
        return self.day(name) or date.min

    def choice(self, name: str, choices: type[Choice]) -> Choice | None:
        value = self._take(name)
        if value is None:
            return None
        try:
            return choices(value)
        except ValueError:
            allowed = " / ".join(each.value for each in choices)
            raise self.refuse(name, Problem.NOT_A_CHOICE, allowed) from None

    def needed_choice(self, name: str, choices: type[Choice]) -> Choice:
        self.require(name)
        value = self.choice(name, choices)
        assert value is not None  # noqa: S101 - required above
        return value

    def table(self, name: str) -> "Table | None":
        value = self._take(name)
        return None if value is None else Table(value, self.key(name))

    def tables(self, name: str) -> "Iterator[Table]":
        value = self._take(name)
        if value is None:
            return
        if not isinstance(value, list | tuple):
            raise self.refuse(name, Problem.NOT_A_LIST)
        for number, each in enumerate(value, start=1):
            yield Table(each, f"{self.key(name)}[{number}]")

    def finish(self) -> None:
        """Refuse a key that nobody asked for; 〜_inferred may stand beside any key that exists."""
        for name, value in self.content.items():
            if name in self.asked:
                continue
            if not name.endswith(_INFERRED) or name.removesuffix(_INFERRED) not in self.asked:
                raise self.refuse(name, Problem.UNKNOWN_KEY)
            if not isinstance(value, bool):
                raise self.refuse(name, Problem.NOT_A_FLAG)
