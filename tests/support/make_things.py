"""One of each kind of thing that a route of the site may be about, and none of any."""

import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation import services as reception
from kyodo_match.signups.models import Participant
from tests.support.count_plans import real
from tests.support.make_hours import record_own
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_people import make_account, make_member
from tests.support.make_rounds import enter, make_days, make_round
from tests.support.make_signups import sign_up
from tests.support.make_volunteers import make_need, make_volunteer, propose

PLAN = "tsukubamirai-2"
ABSENT = "000000000000"


def make_things(group: Group, number: int) -> dict[str, str]:
    """One of each kind of thing that a route may be about; the group's where it can be."""
    opportunity = make_opportunity(group=group, kind=OpportunityKind.VOLUNTEER)
    slot, volunteer = make_slot(opportunity=opportunity), make_volunteer(number)
    written, phoned = sign_up(slot, number), sign_up(slot, number + 1, email="")
    return {
        "group_id": group.public_id,
        "opportunity_id": opportunity.public_id,
        "slot_id": slot.public_id,
        "account_id": make_member(group, MemberRole.EDITOR).public_id,
        "groups": group.public_id,
        "accounts": make_account(role=StaffRole.VIEWER).public_id,
        "outbox": _only(OutboxMessage.public_id, OutboxMessage.signup_id == written.signup_id),
        "phone-calls": _only(PhoneCall.public_id, PhoneCall.signup_id == phoned.signup_id),
        "signups": written.signup_id,
        "volunteers": volunteer.public_id,
        "proposal_id": propose(make_need(), volunteer)[0].public_id,
        "application_id": written.signup_id,
        "hours_id": record_own(written, slot.starts_at).public_id,
        "key": PLAN,
        "indicator": next(real(PLAN).indicators()).key,
        "token": "x",
        "number": written.number,
        "link_id": reception.make_link(slot_id=slot.public_id, now=clock.now(), actor="system"),
        "participant_id": _only(Participant.public_id, Participant.name == f"見本 {number}"),
        **_a_round(number),
        "supplement_id": ABSENT,
        "import_id": reception.import_participation(lines=[], now=clock.now(), actor="cli:test"),
    }


ABSENT_THINGS = dict.fromkeys(
    (
        "group_id", "opportunity_id", "slot_id", "account_id", "groups", "accounts", "outbox",
        "phone-calls", "signups", "volunteers", "key", "indicator", "token", "number", "link_id",
        "participant_id", "import_id", "round_id", "signup_id", "application_id", "proposal_id",
        "supplement_id", "hours_id",
    ),
    ABSENT,
)  # fmt: skip


def _a_round(number: int) -> dict[str, str]:
    days = make_days(1)
    one = make_round(days)
    return {"round_id": one.public_id, "signup_id": enter(one, days, number).signup_id}


def _only(column: sa.orm.InstrumentedAttribute[str], condition: sa.ColumnElement[bool]) -> str:
    return db.session().scalars(sa.select(column).where(condition)).one()
