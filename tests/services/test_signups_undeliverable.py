"""From a sign-up to the phone list: what somebody is told whose mail comes back."""

from datetime import datetime, timedelta

import pytest

from kyodo_match import worker
from kyodo_match.config import Settings
from kyodo_match.core.clock import TOKYO
from kyodo_match.notifications import services as notifications
from kyodo_match.notifications.rules import MessageState
from kyodo_match.signups import services
from tests.support.clock import START
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_member
from tests.support.make_signups import calls_to, kinds_to, letters_to, sign_up
from tests.support.make_waiting import mark_all
from tests.support.smtp import PostOffice

pytestmark = pytest.mark.usefixtures("app")


def test_whose_confirmation_is_refused_is_phoned_about_it_and_all_that_follows(
    by_smtp: Settings, office: PostOffice
) -> None:
    slot = make_slot(capacity=1)
    holder, waits = sign_up(slot, 1), sign_up(slot, 2)
    office.refuse_with = "550 5.1.1 no such user"
    worker.run_due(by_smtp, START)
    office.refuse_with = None

    services.cancel(signup_id=holder.signup_id, now=START, actor="citizen")
    worker.run_due(by_smtp, START + timedelta(minutes=5))

    assert [one.state for one in letters_to(waits)] == [
        MessageState.FAILED,
        MessageState.SUPPRESSED,
    ]
    failed, offer = calls_to(waits)
    assert failed.kind == "mail_failed"
    assert "キャンセル待ちです" in failed.script
    assert failed.script.endswith("\n\n席が空くと、受付の順にお電話でご案内します。")
    assert offer.kind == "signup-offer"
    assert offer.due_at is not None
    assert office.letters == []


def test_who_is_reminded_by_phone_since_mail_came_back_is_called_in_office_hours(
    settings: Settings,
) -> None:
    monday = datetime(2026, 12, 14, 9, 30, tzinfo=TOKYO)
    receipt = sign_up(make_slot(starts_at=monday))
    worker.run_due(settings, START)
    (confirmation,) = letters_to(receipt)
    notifications.note_bounced(
        message_id=confirmation.public_id, reason="宛先不明", actor="abc", now=START
    )

    worker.run_due(settings, datetime(2026, 12, 11, 9, 0, tzinfo=TOKYO))

    assert [call.kind for call in calls_to(receipt)] == ["mail_failed", "signup-reminder"]
    assert calls_to(receipt)[-1].due_at == datetime(2026, 12, 11, 17, 15, tzinfo=TOKYO)


def test_the_worker_does_in_its_round_all_that_is_due(
    by_smtp: Settings, office: PostOffice
) -> None:
    group = make_group()
    owner = make_member(group)
    offer = make_opportunity(group=group)
    past = datetime(2026, 11, 21, 9, 0, tzinfo=TOKYO)
    before = START - timedelta(days=20)
    came = sign_up(make_slot(opportunity=offer, starts_at=past, opens_at=before), 1, now=before)
    mark_all(came, "attended")
    tomorrow = sign_up(
        make_slot(opportunity=offer, starts_at=START + timedelta(days=1, hours=4)), 2, now=before
    )
    yesterday = sign_up(make_slot(opportunity=offer), 3, now=START - timedelta(days=1))

    failed = worker.run_due(by_smtp, START)

    assert failed == 0
    assert kinds_to(came)[-1] == "signup-thanks"
    assert kinds_to(tomorrow)[-1] == "signup-reminder"
    assert kinds_to(yesterday) == ["signup-confirmed"]
    (morning,) = office.to(owner.email)
    assert "新しい申込み：1人" in morning.text
    assert len(office.letters) == 6
