"""募集: one line a slot, in the columns of its import."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.queries.reading import Asked, Line, Table, bare, of_year, stream
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import PLAIN_OF_LAW
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus

# An import knows three states: what it would be again if it were handed in anew.
_STATE_IN_FILE = {
    OpportunityStatus.DRAFT: OpportunityStatus.DRAFT,
    OpportunityStatus.RETURNED: OpportunityStatus.DRAFT,
    OpportunityStatus.SUBMITTED: OpportunityStatus.SUBMITTED,
    OpportunityStatus.PUBLISHED: OpportunityStatus.PUBLISHED,
    OpportunityStatus.CLOSED: OpportunityStatus.PUBLISHED,
    OpportunityStatus.ARCHIVED: OpportunityStatus.PUBLISHED,
}


def table(session: Session, asked: Asked) -> Table:
    """One line a day."""
    return Table.of(asked, _lines(session, asked.fiscal_year))


def _lines(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    """The days that take place, of whatever was not withdrawn.

    A day of the opportunity's own place comes first: an import takes the place from the first line
    of an opportunity.
    """
    statement = (
        sa.select(
            Opportunity.law_fields, Opportunity.plain_fields, Opportunity.status,
            Group.name, bare(Opportunity.kind), Opportunity.title, Opportunity.description,
            sa.func.coalesce(sa.func.nullif(Slot.place, ""), Opportunity.place),
            Opportunity.address, Opportunity.district,
            Opportunity.meeting_place, Opportunity.access, Opportunity.parking, Opportunity.fee,
            Opportunity.bring, Opportunity.rain, Opportunity.contact_name,
            Opportunity.contact_phone, Opportunity.min_age, Opportunity.max_age,
            Opportunity.escort, Opportunity.barrier_free, Slot.starts_at, Slot.ends_at,
            Slot.opens_at, Slot.closes_at, Slot.cancel_until, Slot.capacity,
            bare(Slot.capacity_unit), Slot.minimum, bare(Slot.mode), Slot.party_limit,
            Slot.waitlist_limit, _flag(Slot.pass_smaller), _flag(Opportunity.alone_welcome),
            _flag(Opportunity.beginner_welcome),
        )
        .join(Slot.opportunity)
        .join(Opportunity.group)
        .where(
            Opportunity.status.in_(tuple(_STATE_IN_FILE)),
            Slot.status != SlotStatus.CANCELLED,
            *of_year(fiscal_year),
        )
        .order_by(Opportunity.id, Slot.place != "", Slot.starts_at, Slot.id)
    )  # fmt: skip
    for law, plain, status, *cells in stream(session, statement):
        group, kind, title, description, place, address, district, *rest = cells
        fields = ";".join(law or _law_fields(plain))
        yield (
            group, kind, title, description, place, address, district, fields, *rest,
            _STATE_IN_FILE[status].value,
        )  # fmt: skip


def _flag(
    column: sa.orm.InstrumentedAttribute[bool] | sa.orm.InstrumentedAttribute[bool | None],
) -> sa.ColumnElement[int | None]:
    """1 or 0, and blank where nobody said so."""
    return sa.case((column.is_(True), 1), (column.is_(False), 0))


def _law_fields(plain_fields: Sequence[str]) -> list[str]:
    """The law's numbers for plain fields that a group chose itself: files carry numbers."""
    wanted = set(plain_fields)
    return [str(number) for number in sorted(PLAIN_OF_LAW) if wanted & set(PLAIN_OF_LAW[number])]
