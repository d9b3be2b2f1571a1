"""Makers of rounds: three days three weeks ahead, open now, until noon in ten days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db
from kyodo_match.matching.messages.rounds import usual_classes
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.queries import entries
from kyodo_match.matching.queries import rounds as queries
from kyodo_match.matching.rules.entering import Entry
from kyodo_match.matching.rules.rounds import PersonFacts, RoundPlan
from kyodo_match.matching.services import applying
from kyodo_match.matching.services import rounds as services
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.rules import Receipt, Residency
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import keys, make_application

ACTOR = "a1b2c3d4e5f6"
CLOSES = datetime(2026, 12, 2, 12, 0, tzinfo=TOKYO)
DRAWN = datetime(2026, 12, 5, 14, 0, tzinfo=TOKYO)


def make_plan(**over: Any) -> RoundPlan:
    """A round that can be opened once it has days; keywords are fields."""
    plan = RoundPlan(
        title="冬の1日体験の抽選",
        opens_at=START - timedelta(days=1),
        closes_at=CLOSES,
        freezes_at=CLOSES,
        classes=usual_classes(),
        draw_at=DRAWN,
        draw_place="市役所 2階 会議室",
        entropy_plan="10面のさいころを20回振ります。",
    )
    return replace(plan, **over)


def make_days(how_many: int = 3, **values: Any) -> list[Slot]:
    """Days of one opportunity each, a day apart."""
    return [make_slot(starts_at=COMING + timedelta(days=n), **values) for n in range(how_many)]


def make_draft(days: Sequence[Slot] | None = None, *, now: datetime = START, **over: Any) -> Round:
    """A draft with its days; keywords are fields of its plan."""
    round_id = services.create_round(plan=make_plan(**over), now=now, actor=ACTOR)
    chosen = make_days() if days is None else days
    services.choose_days(
        round_id=round_id,
        days={slot.public_id: {} for slot in chosen},
        now=now,
        actor=ACTOR,
    )
    return round_now(round_id)


def make_round(days: Sequence[Slot] | None = None, *, now: datetime = START, **over: Any) -> Round:
    """An open round; keywords are fields of its plan."""
    draft = make_draft(days, now=now, **over)
    services.open_round(round_id=draft.public_id, now=now, actor=ACTOR)
    return round_now(draft.public_id)


def round_now(round_id: str) -> Round:
    """The round as the database holds it now."""
    db.session().rollback()
    db.session().expire_all()
    found = queries.round_by_id(db.session(), round_id)
    assert found is not None
    return found


def make_entry(days: Sequence[Slot], n: int = 1, party: int = 1, **over: Any) -> Entry:
    """Person `n` with a party, all residents and new, wishes for days in order."""
    postmark, facts = over.pop("postmarked_on", None), over.pop("facts", None)
    application = make_application(n, party, **over)
    usual = (PersonFacts(Residency.RESIDENT, first_time=True),) * len(application.participants)
    return Entry(
        application=application,
        choices=tuple(slot.public_id for slot in days),
        facts=tuple(facts or usual),
        postmarked_on=postmark,
    )


def enter(
    one: Round, days: Sequence[Slot], n: int = 1, party: int = 1, *, now: datetime = START,
    actor: str = CITIZEN, **over: Any,
) -> Receipt:  # fmt: skip
    """Person `n` applies to a round on the web; keywords are fields of the application."""
    return applying.enter_round(
        round_id=one.public_id,
        entry=make_entry(days, n, party, **over),
        keys=keys(),
        now=now,
        actor=actor,
    )


def entry_now(receipt: Receipt) -> DrawEntry:
    """The application as the database holds it now."""
    db.session().rollback()
    db.session().expire_all()
    found = entries.entry_by_signup(db.session(), receipt.signup_id)
    assert found is not None
    return found


def wishes_of(receipt: Receipt) -> list[str]:
    """The public ids of the days that an application wishes for now, in order."""
    return [choice.slot.public_id for choice in entry_now(receipt).choices]
