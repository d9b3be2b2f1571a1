"""The reception of a day: a link is made at the desk, and a helper's phone does the rest."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.participation.rules import Attendance
from tests.browser.conftest import PHONE
from tests.browser.person import Person
from tests.browser.story import Story
from tests.support.make_days import mark, people_of
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_people import make_account, make_member
from tests.support.make_signups import kana_of, sign_up

pytestmark = pytest.mark.browser


TITLE = "里山の落ち葉かき"


@dataclass(frozen=True)
class Door:
    """A day that begins in two hours, one of last week, and who sees to them: e-mail addresses."""

    today: str
    last_week: str
    owner: str
    staff: str


def _make_days(journey: Story) -> Door:
    """Twenty-five are expected today; of two of last week one is marked."""
    with journey.arranging() as now:
        opportunity = make_opportunity(title=TITLE)
        today = make_slot(opportunity=opportunity, capacity=30, starts_at=now + timedelta(hours=2))
        last_week = make_slot(
            opportunity=opportunity, capacity=30, starts_at=now - timedelta(days=7)
        )
        for n in range(1, 26):
            sign_up(today, n, now=now - timedelta(days=30))
        for n in (1, 2):
            sign_up(last_week, n, now=now - timedelta(days=30))
        mark(last_week, people_of(last_week)[0], Attendance.ATTENDED, last_week.starts_at)
        return Door(
            today.public_id,
            last_week.public_id,
            make_member(opportunity.group).email,
            make_account(role=StaffRole.COORDINATOR).email,
        )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_helpers_phone_holds_the_reception(journey: Story, *, scripts: bool) -> None:
    door = _make_days(journey)
    owner = journey.signs_in(door.owner, "団体の机")
    helper = journey.newcomer(Person, width=PHONE, java_script=scripts)

    _reads_the_code(owner, helper, door)
    _receives_who_comes(helper, scripts=scripts)
    _the_desk_counts_and_takes_the_link_back(owner, helper, door)


def _reads_the_code(owner: Person, helper: Person, door: Door) -> None:
    owner.opens(f"/group/slots/{door.today}/reception", "受付")
    owner.presses("受付用リンクを作る", "受付のスマートフォンで読み取ってください")
    expect(owner.page.get_by_role("img", name="受付を開くQRコード")).to_be_visible()
    link = owner.page.locator(".qr__address").inner_text()

    helper.opens(link, "受付")
    assert helper.page.url == f"{helper.address}/reception"


def _receives_who_comes(helper: Person, *, scripts: bool) -> None:
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


def _the_desk_counts_and_takes_the_link_back(owner: Person, helper: Person, door: Door) -> None:
    owner.opens(f"/group/slots/{door.today}/reception", "受付")
    figures = "".join(owner.page.locator(".figures").inner_text().split())
    assert figures == "出席2人欠席0人未記入24人人数のみ2人"
    owner.follows("この日の記録の履歴を見る", "記録の履歴")
    owner.reads("受付用リンク 1")
    owner.follows("受付", "受付")
    owner.presses("使えなくする リンク 1", "受付")
    helper.opens("/reception", "この受付のリンクは使えなくなりました")


def test_a_mark_of_last_week_is_put_right_with_its_reason(journey: Story) -> None:
    door = _make_days(journey)

    owner = journey.signs_in(door.owner, "団体の机", width=PHONE)
    owner.opens(f"/group/slots/{door.last_week}/reception", "受付")
    owner.follows("訂正する 見本 1", "記録を訂正する")
    owner.ticks(attendance="absent")
    owner.presses("訂正する", "記録を訂正する")
    owner.reads("訂正の理由を入力してください。")
    owner.types(reason="名簿の付け間違い")
    owner.presses("訂正する", "受付")
    owner.reads("記録を訂正しました。")
    owner.follows("ほかの未記入の日を見る", "来た方が未記入の日")

    staff = journey.signs_in(door.staff, "業務の机")
    staff.opens(f"/group/slots/{door.last_week}/reception", "受付")
    staff.follows("訂正する 見本 1", "記録を訂正する")
    staff.ticks(attendance="attended")
    staff.types(reason="本人から電話があったため")
    staff.presses("訂正する", "受付")
    staff.follows("この日の記録の履歴を見る", "記録の履歴")
    staff.reads("名簿の付け間違い", "本人から電話があったため")


def _looks_for(helper: Person, typed: str, found: str, *, scripts: bool) -> None:
    """Find one of many: while typing, or by the button where no scripts run."""
    helper.types(q=typed)
    if not scripts:
        helper.presses("さがす", "受付")
    shown = helper.page.locator(".reception__person").filter(visible=True)
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text(found)
