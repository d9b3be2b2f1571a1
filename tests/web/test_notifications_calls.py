"""The phone list: whom to call, what to say, what came of it, and who was first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db, use_case
from kyodo_match.notifications import queries
from kyodo_match.notifications.models import CallTry, PhoneCall
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.signups import services as signups
from kyodo_match.signups.outbox import Kind
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import FrozenClock
from tests.support.make_messages import make_call
from tests.support.make_opportunities import make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_signups import calls_to, sign_up, status_of
from tests.support.pages import Browser

SIGNUP = "a1b2c3d4e5f6"


@pytest.fixture
def caller(app: Flask) -> Receipt:
    """Somebody without e-mail whose confirmation is to be phoned."""
    return sign_up(make_slot(), email="", phone="0297-58-2111")


@pytest.fixture
def coordinator(new_browser: Callable[[], Browser]) -> Browser:
    browser = new_browser()
    sign_in(browser, make_account(role=StaffRole.COORDINATOR, name="協働 太郎"))
    return browser


def path_of(receipt: Receipt) -> str:
    return f"/staff/phone-calls/{calls_to(receipt)[-1].public_id}"


@use_case
def give_deadline(session: sa.orm.Session, /, *, call: PhoneCall, hours: int) -> None:
    found = session.get_one(PhoneCall, call.id)
    found.due_at = found.created_at + timedelta(hours=hours)


def test_a_call_shows_whom_and_what_to_say(coordinator: Browser, caller: Receipt) -> None:
    listed = coordinator.open("/staff/phone-calls")
    page = coordinator.open(path_of(caller))

    assert listed.link("0297-58-2111") == "tel:0297582111"
    assert page.link("0297-58-2111") == "tel:0297582111"
    assert page.says("見本 1（みほん い）さん")
    assert page.says(caller.number)
    assert page.says(calls_to(caller)[0].script)
    assert page.headers["Cache-Control"] == "no-store"


def test_who_was_reached_is_off_the_list_and_in_the_records(
    coordinator: Browser, caller: Receipt
) -> None:
    coordinator.open(path_of(caller))

    page = coordinator.submit({"outcome": "reached", "note": "伝えました"}, press="記録する")
    done = coordinator.open("/staff/phone-calls?view=done")
    call = coordinator.open(path_of(caller))

    assert page.says("電話の結果を記録しました")
    assert page.says("電話する方は、いません。")
    assert done.says("話せた")
    assert call.says("協働 太郎")
    assert call.says("伝えました")
    assert "記録する" not in call.text


def test_who_was_not_reached_stays_with_the_time_of_the_next_try(
    coordinator: Browser, caller: Receipt, frozen_clock: FrozenClock
) -> None:
    coordinator.open(path_of(caller))
    coordinator.submit({"outcome": "unreached", "note": "留守でした"}, press="記録する")
    frozen_clock.move(minutes=20)
    coordinator.open(path_of(caller))

    page = coordinator.submit({"outcome": "unreached"}, press="記録する")
    call = coordinator.open(path_of(caller))

    assert page.says("つながらなかった×2回")
    assert page.says("最終 2026年11月22日（日）10:20")
    # A Sunday, and a holiday after it: the office is open again on Tuesday.
    assert page.says("次は 2026年11月24日（火）8:30ごろ")
    assert call.says("留守でした")
    assert [one.by for one in tries()] == [tries()[0].by] * 2


def tries() -> list[CallTry]:
    db.session().rollback()
    return list(db.session().scalars(sa.select(CallTry).order_by(CallTry.id)))


def test_without_an_outcome_the_form_comes_back_as_typed(
    coordinator: Browser, caller: Receipt
) -> None:
    coordinator.open(path_of(caller))

    page = coordinator.submit({"note": "留守でした"}, press="記録する")

    assert page.says("電話の結果を選んでください。")
    assert page.says("留守でした")
    assert not tries()


def test_the_second_of_two_sees_that_somebody_has_done_it(
    coordinator: Browser, caller: Receipt, new_browser: Callable[[], Browser]
) -> None:
    second = new_browser()
    sign_in(second, make_account(role=StaffRole.COORDINATOR, name="職員 次郎"))
    second.open(path_of(caller))
    coordinator.open(path_of(caller))
    coordinator.submit({"outcome": "reached"}, press="記録する")

    page = second.submit({"outcome": "reached"}, press="記録する")

    assert page.says("ほかの方が2026年11月22日（日）10:00に先に記録しました")
    assert page.says("協働 太郎")
    assert len(tries()) == 1


def test_somebody_elses_try_meanwhile_is_shown_before_another_is_written(
    coordinator: Browser, caller: Receipt, new_browser: Callable[[], Browser]
) -> None:
    second = new_browser()
    sign_in(second, make_account(role=StaffRole.COORDINATOR))
    second.open(path_of(caller))
    coordinator.open(path_of(caller))
    coordinator.submit({"outcome": "unreached", "note": "夕方にと言われた"}, press="記録する")

    warned = second.submit({"outcome": "unreached"}, press="記録する")
    before = len(tries())
    second.submit({"outcome": "unreached"}, press="記録する")

    assert warned.says("ほかの方が2026年11月22日（日）10:00に電話をかけました")
    assert warned.says("夕方にと言われた")
    assert (before, len(tries())) == (1, 2)


def test_views_of_the_list_have_their_own_calls(coordinator: Browser, app: Flask) -> None:
    assert app
    slot = make_slot(capacity=20)
    late, fresh, tried, done = (sign_up(slot, n, email="") for n in range(1, 5))
    give_deadline(call=calls_to(late)[0], hours=0)
    for receipt, outcome in ((tried, "unreached"), (done, "reached")):
        coordinator.open(path_of(receipt))
        coordinator.submit({"outcome": outcome}, press="記録する")

    seen = {
        view: {
            name
            for name, receipt in {
                "late": late,
                "fresh": fresh,
                "tried": tried,
                "done": done,
            }.items()
            if path_of(receipt) in coordinator.open(f"/staff/phone-calls?view={view}").links()
        }
        for view in ("", "overdue", "untouched", "done", "all", "nonsense")
    }

    assert seen == {
        "": {"late", "fresh", "tried"},
        "nonsense": {"late", "fresh", "tried"},
        "overdue": {"late"},
        "untouched": {"late", "fresh"},
        "done": {"done"},
        "all": {"late", "fresh", "tried", "done"},
    }
    assert coordinator.open("/staff/phone-calls").says("期限切れ")


def test_fifty_calls_are_a_page_and_read_in_as_many_statements(
    coordinator: Browser,
) -> None:
    slot = make_slot(capacity=200)
    for number in range(1, 53):
        sign_up(slot, number, email="")

    with statements() as for_fifty:
        first = coordinator.open("/staff/phone-calls")
    with statements() as for_two:
        second = coordinator.open("/staff/phone-calls?page=2")

    assert len([link for link in first.links() if "/staff/phone-calls/" in link]) == 51
    assert len([link for link in second.links() if "/staff/phone-calls/" in link]) == 3
    assert len(for_fifty) == len(for_two)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked while the block runs."""
    found: list[str] = []

    def note(*arguments: object) -> None:
        found.append(str(arguments[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_the_list_goes_on_paper(coordinator: Browser, caller: Receipt) -> None:
    page = coordinator.open("/staff/phone-calls/print")

    assert page.says("0297-58-2111")
    assert page.says(calls_to(caller)[0].script)
    assert page.says("☐話せた")


@pytest.mark.parametrize(
    ("press", "status"),
    [
        ("「参加します」と聞いた", SignupStatus.CONFIRMED),
        ("「辞退します」と聞いた", SignupStatus.DECLINED),
    ],
)
def test_an_answer_on_the_phone_is_one_click(
    coordinator: Browser, frozen_clock: FrozenClock, press: str, status: SignupStatus
) -> None:
    slot = make_slot(capacity=1)
    sure, waiting = sign_up(slot, 1), sign_up(slot, 2, email="")
    signups.cancel(signup_id=sure.signup_id, now=frozen_clock(), actor="citizen")
    [offer] = [call for call in calls_to(waiting) if call.kind == Kind.OFFER]
    coordinator.open(f"/staff/phone-calls/{offer.public_id}")

    page = coordinator.submit(press=press)

    db.session().rollback()  # see what was committed since
    assert page.path == "/staff/phone-calls"
    assert status_of(waiting) is status
    [offer] = [call for call in calls_to(waiting) if call.kind == Kind.OFFER]
    assert offer.outcome is CallOutcome.REACHED


def test_a_call_about_a_sign_up_that_is_gone_is_shown_all_the_same(coordinator: Browser) -> None:
    call = make_call(signup_id=SIGNUP)

    listed = coordinator.open("/staff/phone-calls")
    page = coordinator.open(f"/staff/phone-calls/{call.public_id}")

    assert listed.says("（申込みは消えました）")
    assert page.says("席が空きました。")
    assert [one.public_id for one in queries.waiting_calls(db.session())] == [call.public_id]
