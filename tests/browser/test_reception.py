"""The reception of a day: a link is made at the desk, and a helper's phone does the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kyodo_match.core.clock import TOKYO
from kyodo_match.participation.rules import Attendance
from tests.browser.conftest import DESK, PHONE
from tests.browser.person import Person, somebody
from tests.support import databases
from tests.support.make_days import mark, people_of
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_people import PASSWORD, make_member
from tests.support.make_signups import kana_of, sign_up
from tests.support.served import Installation, served

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Door:
    """A served day that begins in two hours, one of last week, and the owner's address."""

    url: str
    today: str
    last_week: str
    owner: str


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with databases.fresh_database("sqlite", tmp_path) as url:
        place = Installation.at(tmp_path, database_url=url)
        today, last_week, owner = _make_days(place, url)
        with served(place, worker=False) as running:
            yield Door(running.url, today, last_week, owner)


def _make_days(place: Installation, url: str) -> tuple[str, str, str]:
    """Twenty-five are expected today; of two of last week one is marked."""
    keys = {name: place.env[name] for name in ("KYODO_SECRET_KEY", "KYODO_DATA_KEY")}
    # Really now, unlike the other tests: the server does not know of their clock.
    now = datetime.now(TOKYO)  # noqa: TID251 - see above
    with databases.new_app(databases.settings_for(url, place.data_dir, **keys)).app_context():
        opportunity = make_opportunity(title="里山の一日体験")
        today = make_slot(opportunity=opportunity, capacity=30, starts_at=now + timedelta(hours=2))
        last_week = make_slot(
            opportunity=opportunity, capacity=30, starts_at=now - timedelta(days=7)
        )
        for n in range(1, 26):
            sign_up(today, n, now=now - timedelta(days=30))
        for n in (1, 2):
            sign_up(last_week, n, now=now - timedelta(days=30))
        mark(last_week, people_of(last_week)[0], Attendance.ATTENDED, last_week.starts_at)
        made = (today.public_id, last_week.public_id, make_member(opportunity.group).email)
        databases.close_connections()
    return made


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_helpers_phone_holds_the_reception(
    chromium_browser: Browser, door: Door, *, scripts: bool
) -> None:
    comes_in = partial(somebody, chromium_browser, door.url)
    with (
        comes_in(width=DESK, java_script=True) as owner,
        comes_in(width=PHONE, java_script=scripts) as helper,
    ):
        _signs_in(owner, door)
        owner.opens(f"/group/slots/{door.today}/reception", "受付")
        owner.presses("受付用リンクを作る", "受付のスマートフォンで読み取ってください")
        link = owner.page.locator(".qr__address").inner_text()

        helper.opens(link, "受付")
        assert helper.page.url == f"{door.url}/reception"
        _looks_for(helper, kana_of(13), "見本 13", scripts=scripts)
        helper.presses("出席 見本 13", "受付")
        helper.presses("欠席 見本 7", "受付")
        helper.presses("取り消す 見本 7", "受付")
        for tap in ("大人 ＋1人", "大人 ＋1人", "こども ＋1人", "大人 －1人"):
            helper.presses(tap, "受付")
        helper.unfolds("お名前を聞いて追加する")
        helper.types(walkin__name="高橋 実", walkin__kana="たかはし みのる")
        helper.presses("追加して出席にする", "受付")
        helper.reads("名簿 26人（まだ 24人）")

        owner.opens(f"/group/slots/{door.today}/reception", "受付")
        figures = "".join(owner.page.locator(".figures").inner_text().split())
        assert figures == "出席2人欠席0人未記入24人人数のみ2人"
        owner.follows("この日の記録の履歴を見る", "記録の履歴")
        owner.reads("受付用リンク 1")
        owner.follows("受付", "受付")
        owner.presses("使えなくする リンク 1", "受付")
        helper.opens("/reception", "この受付のリンクは使えなくなりました")


def test_a_mark_of_last_week_is_put_right_with_its_reason(
    chromium_browser: Browser, door: Door
) -> None:
    with somebody(chromium_browser, door.url, width=PHONE, java_script=True) as owner:
        _signs_in(owner, door)
        owner.opens(f"/group/slots/{door.last_week}/reception", "受付")
        owner.follows("訂正する 見本 1", "記録を訂正する")
        owner.ticks(attendance="absent")
        owner.presses("訂正する", "記録を訂正する")
        owner.reads("訂正の理由を入力してください。")
        owner.types(reason="名簿の付け間違い")
        owner.presses("訂正する", "受付")
        owner.reads("記録を訂正しました。")
        owner.follows("ほかの未記入の日を見る", "来た方が未記入の日")


def _signs_in(owner: Person, door: Door) -> None:
    owner.opens("/signin", "サインイン")
    owner.types(email=door.owner, password=PASSWORD)
    owner.presses("サインインする", "団体の机")


def _looks_for(helper: Person, typed: str, found: str, *, scripts: bool) -> None:
    """Find one of many: while typing, or by the button where no scripts run."""
    helper.types(q=typed)
    if not scripts:
        helper.presses("さがす", "受付")
    shown = helper.page.locator(".reception__person").filter(visible=True)
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text(found)
