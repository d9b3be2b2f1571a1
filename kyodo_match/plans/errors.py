"""What the plans' slice refuses, as facts; messages.py has the words."""

from datetime import date
from enum import StrEnum

from kyodo_match.core.errors import DomainError


class Problem(StrEnum):
    """What is wrong with one key of a plan's or population's file."""

    MISSING = "missing"
    UNKNOWN_KEY = "unknown_key"
    NOT_A_TABLE = "not_a_table"
    NOT_A_LIST = "not_a_list"
    NOT_A_TEXT = "not_a_text"
    NOT_AN_INTEGER = "not_an_integer"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_FLAG = "not_a_flag"
    NOT_A_DAY = "not_a_day"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_KEY = "not_a_key"
    NOT_A_CODE = "not_a_code"
    EMPTY = "empty"
    NEGATIVE = "negative"
    DUPLICATE = "duplicate"
    PERIOD_BACKWARDS = "period_backwards"
    YEAR_OR_DAY = "year_or_day"
    NOT_FOR_QUALITATIVE = "not_for_qualitative"
    NOT_FOR_SOURCE = "not_for_source"
    NOT_FOR_CUMULATIVE = "not_for_cumulative"
    OUTSIDE_PLAN = "outside_plan"
    MORE_THAN_TOTAL = "more_than_total"
    NOT_FIRST_OF_APRIL = "not_first_of_april"


class PlanRefused(DomainError):
    """Something about a plan that cannot be done."""


class DefinitionRefused(PlanRefused):
    """A plan's or population's file that does not follow the format."""

    def __init__(self, key: str, problem: Problem, detail: str = "") -> None:
        super().__init__(key, problem, detail)
        self.key = key
        self.problem = problem
        self.detail = detail


class Unreadable(PlanRefused):
    """A file that is not there, or may not be read."""


class NotToml(PlanRefused):
    """A file that is not TOML."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class KeyRefused(PlanRefused):
    """A file's name that cannot be a plan's key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class FileRefused(PlanRefused):
    """A file that is not imported: which one, and why."""

    def __init__(self, file: str, refusal: PlanRefused) -> None:
        super().__init__(file, refusal)
        self.file = file
        self.refusal = refusal


class PlanUnknown(PlanRefused):
    """No plan has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class IndicatorUnknown(PlanRefused):
    """The plan has no such indicator, or it has no numbers."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class FigureRefused(PlanRefused):
    """A figure by hand that cannot be taken."""


class CountedFromRecords(FigureRefused):
    """An indicator that counts records takes no figure by hand."""


class FigureAlreadyPublished(FigureRefused):
    """A figure up to a day that a published result already covers: no day is counted twice."""

    def __init__(self, records_from: date) -> None:
        super().__init__(records_from)
        self.records_from = records_from


class FigureOutsidePlan(FigureRefused):
    """A figure of a time that is not the plan's."""

    def __init__(self, first_day: date, last_day: date) -> None:
        super().__init__(first_day, last_day)
        self.first_day = first_day
        self.last_day = last_day


class FigureTooEarly(FigureRefused):
    """A figure of a day or a year that has not ended yet."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class RecordsFromRefused(PlanRefused):
    """A day from which records cannot begin to count: not where a published figure ends."""
