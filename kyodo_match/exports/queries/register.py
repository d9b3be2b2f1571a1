"""団体: the register in the columns of its import."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.queries.reading import Asked, Line, Table, bare, stream
from kyodo_match.groups.models import Group


def table(session: Session, asked: Asked) -> Table:
    """One line a group."""
    return Table.of(asked, _lines(session, asked.fiscal_year))


def _lines(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    """Every group; of a fiscal year those that were registered on one of its days."""
    statement = sa.select(
        Group.name, Group.kana, bare(Group.kind), Group.legal_form, Group.law_fields,
        Group.representative, Group.phone, Group.email, Group.founded_on, Group.members,
        Group.website, Group.purpose, Group.activity, bare(Group.status), Group.registered_on,
        Group.ended_on,
    ).order_by(Group.kana, Group.name, Group.id)  # fmt: skip
    if fiscal_year:
        statement = statement.where(
            Group.registered_on <= fiscal_year.last_day,
            sa.or_(Group.ended_on.is_(None), Group.ended_on >= fiscal_year.first_day),
        )
    for name, kana, kind, legal_form, fields, *rest in stream(session, statement):
        yield (name, kana, kind, legal_form, ";".join(fields), *rest)
