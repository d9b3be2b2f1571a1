"""Makers of volunteer needs and of hours that people were active for them."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kyodo_match.core.clock import TOKYO, tokyo_date
from kyodo_match.core.db import db
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import NeedPattern, OpportunityKind
from kyodo_match.participation import queries, services
from kyodo_match.participation.models import ActivityHours, AttendanceEvent
from kyodo_match.signups.rules import Receipt
from tests.support.databases import look_again
from tests.support.make_days import ACTOR
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_signups import signup_now, slot_now

# A standing need of this fiscal year; the tests' own day lies within it.
SINCE = datetime(2026, 10, 1, tzinfo=TOKYO)
UNTIL = datetime(2027, 3, 31, 23, 59, tzinfo=TOKYO)


def make_need(group: Group | None = None, **slot: Any) -> Slot:
    """A day of a volunteer need, three weeks ahead, from 9:30 to 11:30; keywords are columns."""
    opportunity = make_opportunity(
        group=group or make_group(),
        kind=OpportunityKind.VOLUNTEER,
        pattern=NeedPattern.STANDING if slot.get("standing") else NeedPattern.ONE_OFF,
    )
    return make_slot(opportunity=opportunity, **slot)


def make_standing_need(group: Group | None = None, **slot: Any) -> Slot:
    """A need of whole months: people agree on days of their own."""
    times: dict[str, Any] = {"starts_at": SINCE, "ends_at": UNTIL, "closes_at": UNTIL}
    return make_need(group, standing=True, **times | {"cancel_until": UNTIL} | slot)


def record_own(
    receipt: Receipt, now: datetime, minutes: int = 150, *, days_ago: int = 0, **over: Any
) -> ActivityHours:
    """The applicant writes down how long; the entry as it is now."""
    signup = signup_now(receipt)
    given: dict[str, Any] = {
        "signup_id": signup.public_id,
        "slot_id": signup.slot.public_id,
        "participant_id": signup.participants[0].public_id,
        "day": tokyo_date(now) - timedelta(days=days_ago),
        "minutes": minutes,
        "note": "",
        "now": now,
        **over,
    }
    services.record_own(**given)
    return hours_of(receipt)[-1]


def hours_of(receipt: Receipt) -> list[ActivityHours]:
    """The entries of an application, in the order in which they were made."""
    look_again()
    signup = signup_now(receipt)
    return list(
        db.session().scalars(
            sa.select(ActivityHours)
            .where(ActivityHours.participant_id.in_([one.id for one in signup.participants]))
            .order_by(ActivityHours.id)
        )
    )


def attendance_of(receipt: Receipt) -> list[str]:
    """What the first participant was marked as, mark by mark."""
    look_again()
    person = signup_now(receipt).participants[0]
    return [
        str(event.state)
        for event in db.session().scalars(
            sa.select(AttendanceEvent)
            .where(AttendanceEvent.participant_id == person.id)
            .order_by(AttendanceEvent.id)
        )
    ]


def approve(*receipts: Receipt, now: datetime) -> int:
    """Approve all hours of these applications; how many were."""
    ids = [one.public_id for receipt in receipts for one in hours_of(receipt)]
    return services.approve(hours_ids=ids, group_ids=None, now=now, actor=ACTOR)


def visits(slot: Slot) -> int:
    """延べ人数 of a need as it is written down."""
    tally = queries.tally_of(db.session(), slot_now(slot))
    return tally.visits if tally else 0
