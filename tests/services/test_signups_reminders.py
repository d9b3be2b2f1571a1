"""ご案内: who is reminded, of what, by which way, and never twice."""

from datetime import datetime, timedelta

import pytest

from kyodo_match.core.clock import TOKYO
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import jobs, services
from kyodo_match.signups.rules import Reminder
from tests.support.clock import START
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_signups import calls_to, kinds_to, letters_to, sign_up
from tests.support.make_waiting import await_answer, move_day

pytestmark = pytest.mark.usefixtures("app")
# The day of the makers is Saturday, 2026-12-12.
NINE = datetime(2026, 12, 11, 9, 0, tzinfo=TOKYO)
WEEK_BEFORE = datetime(2026, 12, 5, 9, 0, tzinfo=TOKYO)
STAFF = "0123456789ab"


def test_whoever_comes_tomorrow_is_reminded_once() -> None:
    slot = make_slot(capacity=2)
    by_mail, by_phone = sign_up(slot, 1), sign_up(slot, 2, email="")
    waiting = sign_up(slot, 3)
    elsewhere = sign_up(make_slot(starts_at=NINE + timedelta(days=2)), 4)

    counts = [jobs.remind(now=NINE + timedelta(minutes=minutes)) for minutes in (-1, 0, 1)]

    assert counts == [0, 2, 0]
    assert kinds_to(by_mail) == ["signup-confirmed", "signup-reminder"]
    assert [call.kind for call in calls_to(by_phone)] == ["signup-confirmed", "signup-reminder"]
    assert kinds_to(waiting) == ["signup-waitlisted"]
    assert kinds_to(elsewhere) == ["signup-confirmed"]


def test_who_signed_up_long_ago_is_reminded_a_week_before_and_the_day_before() -> None:
    receipt = sign_up(make_slot())

    for hours in range(8 * 24):
        jobs.remind(now=WEEK_BEFORE - timedelta(days=1) + timedelta(hours=hours))

    assert kinds_to(receipt) == ["signup-confirmed", "signup-reminder-week", "signup-reminder"]


def test_who_confirmed_five_days_before_gets_only_the_one_of_the_day_before() -> None:
    receipt = sign_up(make_slot(), now=WEEK_BEFORE + timedelta(days=2))

    for days in range(8):
        jobs.remind(now=WEEK_BEFORE + timedelta(days=days, hours=1))

    assert kinds_to(receipt) == ["signup-confirmed", "signup-reminder"]


def test_the_reminder_of_the_week_is_made_up_for_after_an_outage() -> None:
    receipt = sign_up(make_slot())

    count = jobs.remind(now=WEEK_BEFORE + timedelta(days=2))

    assert count == 1
    assert kinds_to(receipt)[-1] == "signup-reminder-week"


def test_the_key_of_a_reminder_names_slot_and_sign_up() -> None:
    slot = make_slot()
    receipt = sign_up(slot)

    jobs.remind(now=NINE)

    expected = f"signup-reminder:slot:{slot.public_id}:signup:{receipt.signup_id}"
    assert letters_to(receipt)[-1].key == expected


def test_a_reminder_says_where_to_meet_and_what_to_bring() -> None:
    offer = make_opportunity(
        meeting_place="駐車場の\n入口", bring="軍手", rain="", contact_phone="0297-00-0101"
    )
    receipt = sign_up(make_slot(opportunity=offer))

    jobs.remind(now=NINE)

    lines = letters_to(receipt)[-1].body.splitlines()
    assert "集合場所：駐車場の 入口" in lines
    assert "持ち物：軍手" in lines
    assert "当日の連絡先：0297-00-0101" in lines
    assert not [line for line in lines if line.startswith("雨のとき")]


def test_who_got_the_confirmation_today_is_not_reminded_today() -> None:
    slot = make_slot(capacity=2)
    leaving, _ = sign_up(slot, 1), sign_up(slot, 2)
    accepts = sign_up(slot, 3, phone="")
    early = NINE - timedelta(hours=2)
    services.cancel(signup_id=leaving.signup_id, now=early, actor="citizen")
    services.answer_offer(signup_id=accepts.signup_id, accept=True, now=early, actor="citizen")
    applied = sign_up(make_slot(), 4, now=early)

    count = jobs.remind(now=NINE)

    assert count == 1
    assert "signup-reminder" not in kinds_to(accepts)
    assert "signup-reminder" not in kinds_to(applied)


def test_nobody_is_reminded_of_a_day_that_was_cancelled_meanwhile() -> None:
    slot = make_slot()
    receipt = sign_up(slot)
    services.cancel_slot(slot_id=slot.public_id, reason="", now=START, actor=STAFF)

    count = services.remind_slot(slot_id=slot.public_id, reminder=Reminder.DAY, now=NINE)

    assert count == 0
    assert "signup-reminder" not in kinds_to(receipt)


def test_a_slot_is_left_alone_before_nine() -> None:
    slot = make_slot()
    sign_up(slot)
    early = NINE - timedelta(minutes=1)

    assert services.remind_slot(slot_id=slot.public_id, reminder=Reminder.DAY, now=early) == 0


# --- By phone ---------------------------------------------------------------


def on_monday() -> Slot:
    return make_slot(starts_at=datetime(2026, 12, 14, 9, 30, tzinfo=TOKYO))


def test_a_call_about_monday_is_on_the_list_on_friday_and_due_that_day() -> None:
    receipt = sign_up(on_monday(), email="")

    thursday = jobs.remind(now=NINE - timedelta(days=1))
    friday = jobs.remind(now=NINE)
    after = [jobs.remind(now=NINE + timedelta(days=days)) for days in (1, 2)]

    assert (thursday, friday, after) == (0, 1, [0, 0])
    call = calls_to(receipt)[-1]
    assert call.kind == "signup-reminder"
    assert call.due_at == datetime(2026, 12, 11, 17, 15, tzinfo=TOKYO)


def test_the_same_day_by_mail_is_told_on_sunday() -> None:
    receipt = sign_up(on_monday())

    counts = [jobs.remind(now=NINE + timedelta(days=days)) for days in (0, 1, 2)]

    assert counts == [0, 0, 1]
    assert kinds_to(receipt)[-1] == "signup-reminder"


def test_who_phoned_on_friday_is_not_phoned_back_the_same_day() -> None:
    receipt = sign_up(on_monday(), email="", now=NINE - timedelta(minutes=5))

    jobs.remind(now=NINE)

    assert [call.kind for call in calls_to(receipt)] == ["signup-confirmed"]


def test_the_call_of_the_day_before_overtakes_an_open_one_of_the_week() -> None:
    receipt = sign_up(make_slot(), email="")
    jobs.remind(now=WEEK_BEFORE - timedelta(days=1))  # Friday: the office is closed on Saturday

    jobs.remind(now=NINE)

    assert [(call.kind, call.outcome) for call in calls_to(receipt)[1:]] == [
        ("signup-reminder-week", CallOutcome.NOT_NEEDED),
        ("signup-reminder", CallOutcome.OPEN),
    ]


# --- After a change ---------------------------------------------------------


def test_who_has_not_answered_a_change_is_asked_for_the_answer_instead() -> None:
    receipt = sign_up(make_slot())
    await_answer(receipt, answer_by=NINE + timedelta(days=1))

    counts = [jobs.remind(now=now) for now in (WEEK_BEFORE, WEEK_BEFORE, NINE, NINE)]

    assert counts == [1, 0, 1, 0]
    assert kinds_to(receipt)[1:] == ["signup-answer-missing", "signup-answer-missing"]
    assert "お返事" in letters_to(receipt)[-1].subject
    assert "明日です" not in letters_to(receipt)[-1].body


def test_who_answered_today_is_not_asked_or_reminded_today() -> None:
    slot = make_slot()
    receipt = sign_up(slot)
    await_answer(receipt, answer_by=NINE + timedelta(days=1))
    services.answer_change(
        signup_id=receipt.signup_id, comes=True, now=NINE - timedelta(hours=1), actor="citizen"
    )

    assert jobs.remind(now=NINE) == 0


def test_a_moved_day_is_reminded_of_anew() -> None:
    slot = make_slot()
    receipt = sign_up(slot)
    jobs.remind(now=NINE)
    move_day(slot, by=timedelta(days=14))

    early, due = jobs.remind(now=NINE), jobs.remind(now=NINE + timedelta(days=14))

    assert (early, due) == (0, 1)
    assert kinds_to(receipt) == ["signup-confirmed", "signup-reminder", "signup-reminder"]


def test_the_office_phones_once_the_answer_is_late() -> None:
    receipt = sign_up(make_slot())
    late = NINE - timedelta(days=3)  # a Tuesday
    await_answer(receipt, answer_by=late)

    counts = [jobs.ask_again(now=late + timedelta(minutes=minutes)) for minutes in (-1, 0, 1)]

    assert counts == [0, 1, 0]
    (call,) = calls_to(receipt)
    assert call.kind == "signup-changed"
    assert call.due_at == datetime(2026, 12, 8, 17, 15, tzinfo=TOKYO)
    assert kinds_to(receipt) == ["signup-confirmed"]


def test_who_gave_no_number_is_asked_by_mail_once_more() -> None:
    receipt = sign_up(make_slot(), phone="")
    late = NINE - timedelta(days=3)
    await_answer(receipt, answer_by=late)

    counts = [jobs.ask_again(now=late), jobs.ask_again(now=late)]

    assert counts == [1, 0]
    assert kinds_to(receipt)[-1] == "signup-answer-missing"
    assert calls_to(receipt) == []


def test_nobody_is_asked_about_a_day_that_has_begun() -> None:
    slot = make_slot()
    receipt = sign_up(slot)
    await_answer(receipt, answer_by=NINE)

    assert jobs.ask_again(now=slot.starts_at) == 0
    assert calls_to(receipt) == []
