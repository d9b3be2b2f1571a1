"""指標: a line an indicator and year, as the plans themselves compute it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.queries.reading import Asked, Line, Table
from kyodo_match.plans.queries import plans, result
from kyodo_match.plans.rules.results import CSV_COLUMNS, as_rows


def table(session: Session, asked: Asked) -> Table:
    """One line an indicator and year."""
    return Table.of(asked, _lines(session, asked))


def _lines(session: Session, asked: Asked) -> Iterator[Line]:
    """Each plan at the end of each of its years that has begun, the running one as of today."""
    fiscal_year, municipality_code = asked.fiscal_year, asked.settings.municipality_code
    today = tokyo_date(asked.now)
    this_year = FiscalYear.of(today).year
    for plan in plans(session, municipality_code):
        years = range(plan.first_fiscal_year, min(plan.last_fiscal_year, this_year) + 1)
        for year in years:
            if fiscal_year and fiscal_year.year != year:
                continue
            as_of = min(FiscalYear(year).last_day, today)
            found = result(session, plan.key, as_of=as_of, municipality_code=municipality_code)
            for row in as_rows(found):
                yield [*(row[name] for name in CSV_COLUMNS[:5]), as_of, *_after(row)]


def _after(row: dict[str, object]) -> list[object]:
    return [row[name] for name in CSV_COLUMNS[6:]]
