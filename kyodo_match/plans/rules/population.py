"""人口: residents by district and age group on 1 April, as `plans population` reads them."""

from dataclasses import dataclass

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.plans.errors import DefinitionRefused, Problem
from kyodo_match.plans.rules.parsing import CODE
from kyodo_match.plans.rules.reading import Table

_AGES = ("age_65_up", "age_40_64", "age_0_39")


@dataclass(frozen=True)
class Residents:
    """The residents of one district on one 1 April, and of its age groups where given."""

    district: str
    total: int
    ages: dict[str, int]


@dataclass(frozen=True)
class PopulationYear:
    """The residents of a municipality in one fiscal year."""

    fiscal_year: int
    districts: tuple[Residents, ...]

    @property
    def total(self) -> int:
        return sum(each.total for each in self.districts)


@dataclass(frozen=True)
class Population:
    """The residents of one municipality, by fiscal year."""

    municipality: str
    municipality_code: str
    years: tuple[PopulationYear, ...]


def parse_population(content: object) -> Population:
    """Read a file of residents. Raises DefinitionRefused with the key and the reason."""
    table = Table(content)
    table.require("municipality_code")
    code = table.matching_text("municipality_code", CODE, Problem.NOT_A_CODE)
    municipality = table.text("municipality")
    years = tuple(_year(each) for each in table.tables("years"))
    if not years:
        raise table.refuse("years", Problem.MISSING)
    numbers = [year.fiscal_year for year in years]
    for number in numbers:
        if numbers.count(number) > 1:
            raise table.refuse("years", Problem.DUPLICATE, str(number))
    table.finish()
    return Population(municipality=municipality, municipality_code=code, years=years)


def _year(table: Table) -> PopulationYear:
    day = table.needed_day("date")
    if (day.month, day.day) != (4, 1):
        raise table.refuse("date", Problem.NOT_FIRST_OF_APRIL, day.isoformat())
    districts = tuple(
        _residents(table, district) for district in table.content if district != "date"
    )
    if not districts:
        raise DefinitionRefused(table.path, Problem.EMPTY)
    return PopulationYear(fiscal_year=FiscalYear.of(day).year, districts=districts)


def _residents(year: Table, district: str) -> Residents:
    table = year.table(district)
    assert table is not None  # noqa: S101 - the key was read from the table itself
    total = table.needed_integer("total")
    ages = {age: count for age in _AGES if (count := table.integer(age)) is not None}
    table.finish()
    if sum(ages.values()) > total:  # fewer is possible: 年齢不詳
        raise table.refuse("total", Problem.MORE_THAN_TOTAL, str(sum(ages.values())))
    return Residents(district=district, total=total, ages=ages)
