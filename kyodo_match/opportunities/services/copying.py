"""A new draft from an earlier opportunity: its text, its days moved, nothing of its run."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import use_case
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.errors import SlotPast
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import CONTENT, PLANNED, Content, SlotPlan, moved
from kyodo_match.opportunities.services.slots import attach
from kyodo_match.opportunities.services.texts import begin


@use_case
def copy(
    session: Session,
    *,
    opportunity_id: str,
    title: str,
    contact_name: str,
    contact_phone: str,
    first_day: date | None,
    actor: str,
    now: datetime,
) -> str:
    """Begin a draft like an earlier one. Gives its id.

    Its days follow the first one to `first_day`, with their distances and their times before the
    start; None leaves them out. The contact is what the person has just confirmed: last year's is
    never taken over unseen. The earlier one is read and not locked: nobody waits for a copy.
    Raises NoResultFound, SlotPast. Source: docs/rules/posting.md.
    """
    earlier = queries.opportunity_by_id(session, opportunity_id)
    if earlier is None:
        raise NoResultFound(opportunity_id)
    said = {name: getattr(earlier, name) for name in CONTENT}
    content = replace(
        Content(**said), title=title, contact_name=contact_name, contact_phone=contact_phone
    )
    opportunity = begin(session, earlier.group, content, now=now)
    for plan in _days_from(earlier.slots, first_day, now=now):
        attach(session, opportunity, plan)
    note(session, "opportunity.copied", opportunity, actor=actor, now=now, earlier=opportunity_id)
    return opportunity.public_id


def _days_from(
    earlier: Sequence[Slot], first_day: date | None, *, now: datetime
) -> Sequence[SlotPlan]:
    if first_day is None or not earlier:
        return ()
    days = sorted(earlier, key=lambda slot: slot.starts_at)
    by = (first_day - tokyo_date(days[0].starts_at)).days
    plans = [
        moved(SlotPlan(**{name: getattr(slot, name) for name in PLANNED}), days=by, now=now)
        for slot in days
    ]
    if plans[0].starts_at <= now:
        raise SlotPast(plans[0].ends_at)
    return plans
