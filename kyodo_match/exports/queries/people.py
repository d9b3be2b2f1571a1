"""申込み: one line a participant, with names."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.queries.reading import Asked, Line, Table, bare, of_year, stream
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import SignupStatus


def table(session: Session, asked: Asked) -> Table:
    """One line a participant."""
    return Table.of(asked, _lines(session, asked.fiscal_year))


def _lines(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    """A participant who is cancelled is `cancelled`, whatever became of the others.

    E-mail and phone are the application's: companions share them. `party` is the application's
    receipt number, so that an import puts the same people together. Escorts are no participants
    (docs/rules/escorts.md).
    """
    status = sa.case(
        (Participant.cancelled_at.is_not(None), sa.literal(SignupStatus.CANCELLED.value)),
        else_=sa.type_coerce(Signup.status, sa.Text),
    )
    statement = (
        sa.select(
            Signup.receipt_number, status, bare(Signup.channel), Signup.received_at,
            Slot.public_id, Participant.name, Participant.kana, Signup.email, Signup.phone,
            bare(Participant.age_group), bare(Signup.residency), Signup.district,
            Signup.receipt_number.label("party"), Participant.attendance,
        )
        .join(Participant.signup)
        .join(Signup.slot)
        .where(Participant.is_escort.is_(False), *of_year(fiscal_year))
        .order_by(Slot.starts_at, Slot.id, Signup.received_at, Signup.id, Participant.position)
    )  # fmt: skip
    for row in stream(session, statement):
        yield tuple(row)
