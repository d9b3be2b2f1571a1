"""Makers of registered volunteers; volunteer `n` is always the same invented person."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kyodo_match.core.db import db
from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.queries.proposals import proposals_of_slot
from kyodo_match.matching.queries.together import Pick
from kyodo_match.matching.rules.volunteers import Registration
from kyodo_match.matching.services import answering, proposing
from kyodo_match.matching.services import volunteers as services
from kyodo_match.matching.services.answering import Accepted
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.signups.rules import AgeGroup, Channel, Residency
from tests.support.clock import START
from tests.support.databases import look_again
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_signups import kana_of, keys

ACTOR = "a1b2c3d4e5f6"
REGISTERED = START - timedelta(days=30)


def make_registration(n: int = 1, **over: Any) -> Registration:
    """Volunteer `n`, free on Saturday mornings, fond of gardens; keywords are fields."""
    values: dict[str, Any] = {
        "name": f"登録 {n}",
        "kana": kana_of(n),
        "age_group": AgeGroup.FROM_65,
        "residency": Residency.RESIDENT,
        "district": "谷和原",
        "email": f"touroku{n}@example.jp",
        "phone": f"090-0001-{n:04}",
        "times": ("sat_am", "sun_am"),
        "fields": ("environment",),
        "skills": ("gardening",),
        "may_be_asked": True,
        "channel": Channel.COUNTER,
        "privacy_version": "2026-11-22",
        "privacy_by": "oral",
        "entered_by": ACTOR,
        **over,
    }
    return Registration(**values)


def make_volunteer(n: int = 1, *, now: datetime = REGISTERED, **over: Any) -> Volunteer:
    """The same, registered a month ago."""
    identity = services.enter(
        registration=make_registration(n, **over), keys=keys(), actor=ACTOR, now=now
    )
    return volunteer_now(identity)


def volunteer_now(volunteer: Volunteer | str) -> Volunteer:
    """The registration as the database has it by now, also once it has ended."""
    look_again()
    identity = volunteer if isinstance(volunteer, str) else volunteer.public_id
    found = sa.select(Volunteer).where(Volunteer.public_id == identity)
    return db.session().scalars(found, execution_options={"populate_existing": True}).one()


def register(n: int = 1, *, now: datetime = START, **over: Any) -> None:
    """Volunteer `n` fills in the form on the web."""
    over = {"channel": Channel.WEB, "privacy_by": "form", "entered_by": None, **over}
    services.register(
        registration=make_registration(n, **over), keys=keys(), address="192.0.2.1", now=now
    )


def only_volunteer() -> Volunteer:
    """The one registration that there is."""
    look_again()
    found = sa.select(Volunteer)
    return db.session().scalars(found, execution_options={"populate_existing": True}).one()


def letters_to_volunteers() -> list[OutboxMessage]:
    """What was written to any of them, in order."""
    look_again()
    return list(
        db.session().scalars(
            sa.select(OutboxMessage)
            .where(OutboxMessage.volunteer_id.is_not(None))
            .order_by(OutboxMessage.id)
        )
    )


def calls_to_volunteers() -> list[PhoneCall]:
    """The calls about any of them, in order."""
    look_again()
    return list(
        db.session().scalars(
            sa.select(PhoneCall)
            .where(PhoneCall.volunteer_id != "")
            .order_by(PhoneCall.id)
            .execution_options(populate_existing=True)
        )
    )


def link_of(volunteer: Volunteer) -> str:
    """The path that the mailed link leads to."""
    return (
        f"/volunteers/link/{keys().volunteer_token(volunteer.public_id, volunteer.access_version)}"
    )


def make_need(**values: Any) -> Slot:
    """A Saturday morning in the garden of a volunteer need, published and open; 3 are needed."""
    offer = {
        "kind": OpportunityKind.VOLUNTEER,
        "title": "花だんの手入れ",
        "wanted_skills": ("gardening",),
        **values.pop("offer", {}),
    }
    opportunity = values.pop("opportunity", None) or make_opportunity(**offer)
    return make_slot(opportunity=opportunity, **{"capacity": 3, **values})


def propose(slot: Slot, *volunteers: Volunteer, now: datetime = START) -> list[Proposal]:
    """Put people down for a day; their proposals in the order of the people."""
    picks = [Pick(slot.public_id, one.public_id, None) for one in volunteers]
    proposing.propose(picks=picks, actor=ACTOR, now=now)
    look_again()
    known = {one.volunteer_id: one for one in proposals_of_slot(db.session(), slot)}
    return [known[one.id] for one in volunteers if one.id in known]


def invite(slot: Slot, *volunteers: Volunteer, now: datetime = START) -> list[Proposal]:
    """The same, and the office confirms each."""
    made = propose(slot, *volunteers, now=now)
    for one in made:
        proposing.invite(
            proposal_id=one.public_id, reasons=("草花・畑しごとが得意",), actor=ACTOR, now=now
        )
    return [proposal_now(one) for one in made]


def proposal_now(proposal: Proposal) -> Proposal:
    """The proposal as the database has it by now."""
    look_again()
    found = sa.select(Proposal).where(Proposal.id == proposal.id)
    return db.session().scalars(found, execution_options={"populate_existing": True}).one()


def accept(proposal: Proposal, *, agreed: bool = True, now: datetime = START) -> Accepted:
    """The person says yes, and that the group may know their name."""
    return answering.accept(
        proposal_id=proposal.public_id,
        agreed=agreed,
        privacy_version="2026-11-22",
        keys=keys(),
        now=now,
    )
