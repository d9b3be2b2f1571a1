"""希望 on both databases: what is coming as needs, mails with links, numbers, and forgetting."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.models import AuditEvent
from kyodo_match.config import Settings
from kyodo_match.core.db import db, use_case
from kyodo_match.groups.models import Group
from kyodo_match.matching.jobs.wishes import forget_unconfirmed
from kyodo_match.matching.models import Exposure, Recommendation, Wish
from kyodo_match.matching.queries.needs import coming_needs
from kyodo_match.matching.rules.wishes import Frequency, ShownIn, WishChoices
from kyodo_match.matching.services import exposure, wishes
from kyodo_match.notifications import jobs as delivery
from kyodo_match.opportunities.models import Role
from kyodo_match.opportunities.rules import OpportunityKind, OpportunityStatus, SlotStatus
from tests.support.clock import START, FrozenClock
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.make_rounds import make_days, make_draft, make_round
from tests.support.make_signups import sign_up


def keep(settings: Settings, email: str = "hanako@example.jp") -> str:
    return wishes.keep_wish(
        choices=WishChoices(fields=("environment",)),
        email=email,
        frequency=Frequency.DAILY,
        privacy_version="wish-1",
        keys=settings.keys,
        address=None,
        now=START,
    )


@pytest.mark.usefixtures("app")
def test_what_is_coming_is_read_as_needs_with_what_free_roles_ask_for() -> None:
    filled, unfilled = make_group(), make_group()
    full = make_slot(opportunity=make_opportunity(group=filled), capacity=1)
    sign_up(full, 1)
    last_year = make_opportunity(group=unfilled)
    a_year_ago = START - timedelta(days=300)
    make_slot(opportunity=last_year, starts_at=a_year_ago, capacity=1, places_taken=1)
    asked = make_opportunity(
        group=unfilled, kind=OpportunityKind.VOLUNTEER, wanted_skills=("photo",), parking="あり"
    )
    volunteers = make_slot(
        opportunity=asked,
        starts_at=COMING + timedelta(days=1),
        minimum=3,
        capacity=6,
        places_held=2,
    )
    _make_roles(slot_id=volunteers.id)
    make_slot(opportunity=asked, status=SlotStatus.CANCELLED)
    make_slot(opportunity=make_opportunity(status=OpportunityStatus.DRAFT))

    first, second = coming_needs(db.session(), now=START)
    only = coming_needs(db.session(), now=START, kinds=("volunteer",))
    keyed = coming_needs(db.session(), now=START, slots=[full.id])

    assert (first.slot, second.slot) == (full.public_id, volunteers.public_id)
    assert [need.slot for need in only] == [volunteers.public_id]
    assert [need.slot for need in keyed] == [full.public_id]
    assert (first.is_unfilled, second.is_unfilled) == (False, True)
    assert (first.room, second.room, second.missing) == (0, 4, 3)
    assert second.where == (False, "谷和原", True)
    assert second.skills.bit_count() == 2


@pytest.mark.usefixtures("app")
def test_a_day_that_is_drawn_for_takes_parties_as_its_round_does() -> None:
    days = make_days(1, party_limit=2)
    make_round(days, party_limit=4)
    make_draft(make_days(1), party_limit=1)

    rooms = [need.room for need in coming_needs(db.session(), now=START)]

    assert rooms == [4, 5]


@use_case
def _make_roles(session: Session, /, *, slot_id: int) -> None:
    for position, (skill, taken) in enumerate((("music", 0), ("care", 1), ("", 0)), start=1):
        role = Role(slot_id=slot_id, position=position, name="係", head_count=1, skill=skill)
        role.taken = taken
        session.add(role)


@pytest.mark.usefixtures("app")
def test_a_mail_carries_the_link_alone_on_its_line(settings: Settings) -> None:
    wish = keep(settings)

    delivery.deliver_due(settings, now=START)

    (mail,) = (settings.data_dir / "mail").glob("*.eml")
    body = message_from_bytes(mail.read_bytes(), policy=policy.default).get_content()
    link = f"{settings.base_url}/wishes/open/{settings.keys.wish_token(wish, 1)}"
    assert link in body.splitlines()
    assert "[[" not in body


@pytest.mark.usefixtures("app")
def test_an_address_that_nobody_confirmed_is_forgotten_after_a_week(
    settings: Settings, frozen_clock: FrozenClock
) -> None:
    kept, lost = keep(settings), keep(settings, "taro@example.jp")
    wishes.confirm_wish(wish_id=kept, now=START)
    wishes.confirm_wish(wish_id=kept, now=START)

    early = forget_unconfirmed(now=frozen_clock.move(days=7))
    late = forget_unconfirmed(now=frozen_clock.move(seconds=1))

    db.session.rollback()
    assert (early, late) == (0, 1)
    (left,) = db.session.scalars(sa.select(Wish)).all()
    assert (left.public_id, left.next_alert_at) == (kept, START + timedelta(hours=23))
    acts = db.session.execute(
        sa.select(AuditEvent.action, AuditEvent.object_id).order_by(AuditEvent.id)
    ).all()
    assert [tuple(act) for act in acts] == [
        ("wish.kept", kept),
        ("wish.kept", lost),
        ("wish.confirmed", kept),
        ("wish.forgotten", lost),
    ]


@pytest.mark.usefixtures("app")
def test_a_wish_that_ends_takes_what_it_was_sent_along_and_leaves_the_numbers(
    settings: Settings,
) -> None:
    slot = make_slot()
    wish = keep(settings)
    _send(wish_id=wish, slot_id=slot.id)

    wishes.end_wish(wish_id=wish, now=START)

    db.session.rollback()
    assert db.session.scalars(sa.select(Recommendation)).all() == []
    assert db.session.scalars(sa.select(Exposure.shown)).all() == [2]


@pytest.mark.usefixtures("app")
def test_who_sends_the_form_again_and_again_raises_nobodys_numbers(
    settings: Settings, frozen_clock: FrozenClock
) -> None:
    group = make_group()

    def look(address: str) -> None:
        exposure.count_page(
            groups={group.id: 1}, keys=settings.keys, address=address, now=frozen_clock.moment
        )

    for _ in range(70):
        look("192.0.2.1")
    look("192.0.2.2")
    frozen_clock.move(hours=1, seconds=1)
    look("192.0.2.1")

    db.session.rollback()
    assert db.session.scalars(sa.select(Exposure.shown)).all() == [62]


@use_case
def _send(session: Session, /, *, wish_id: str, slot_id: int) -> None:
    wish = session.scalars(sa.select(Wish).where(Wish.public_id == wish_id)).one()
    sent = Recommendation(
        wish_id=wish.id,
        slot_id=slot_id,
        score=25,
        parts={},
        boosts={},
        filters={},
        weights_version=1,
        sent_at=START,
    )
    session.add(sent)
    for _ in range(2):
        exposure.count_shown(session, {_group_of(session): 1}, shown_in=ShownIn.MAIL, now=START)


def _group_of(session: Session) -> int:
    return session.scalars(sa.select(sa.func.min(Group.id))).one()
