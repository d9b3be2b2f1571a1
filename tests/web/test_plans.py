"""計画と実績: what a reader of /plan sees, and what staff enter."""

import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

import pytest

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.accounts.services import accept_link, invite_staff
from kyodo_match.core.db import db
from kyodo_match.plans import queries
from tests.support.make_plans import came, import_real
from tests.support.pages import Browser

PASSWORD = "hanamizuki to keyaki 12"
FIGURES = "/staff/plans/tsukubamirai-2/collaboration-projects/figures"
RECORDS = "/staff/plans/tsukubamirai-1/experience-participants/records-from"

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def staff(new_browser: Callable[[], Browser], now: datetime) -> Callable[[StaffRole], Browser]:
    """Sign a staff member in."""

    def sign_in(role: StaffRole = StaffRole.COORDINATOR) -> Browser:
        email = f"{role}@example.jp"
        invitation = invite_staff(email=email, role=role, actor="cli:test", now=now)
        accept_link(
            invitation_id=invitation,
            name="協働 太郎",
            password=PASSWORD,
            municipality="つくばみらい市",
            now=now,
        )
        browser = new_browser()
        browser.open("/signin")
        browser.submit({"email": email, "password": PASSWORD})
        return browser

    return sign_in


def test_the_plan_in_force_is_shown_with_its_start_its_actual_and_its_target(
    browser: Browser, now: datetime
) -> None:
    import_real("kyodo-summary", "tsukubamirai-1", "tsukubamirai-2", now=now)
    came("2025-05-10", 5, 5, now=now)
    came("2026-05-10", 9, 7, now=now)

    page = browser.open("/plan")

    assert page.h1 == "第2期つくばみらい市市民協働実施計画"
    assert page.says("2026年11月22日（日）現在の集計")
    assert page.says("取組項目1 ひとづくり")
    assert page.says("目標まであと14人/年")
    assert page.says("延べ9人、実人数7人です。")
    assert page.says("前の年度の同じ日は、5人/年でした。")
    for when, what, value in (
        ("令和6年度", "現状値（見込み）", "13人/年"),
        ("令和7年度", "実績", "5人/年"),
        ("令和8年度", "実績（途中）", "9人/年"),
        ("令和9年度", "目標値", "23人/年"),
    ):
        assert page.says(f"{when}{what}{value}")
    assert page.headers["Cache-Control"] == "no-cache"


def test_each_bar_stands_beside_its_numbers(browser: Browser, now: datetime) -> None:
    import_real("tsukubamirai-2", now=now)

    page = browser.open("/plan")

    assert len(page.by_class("bar")) == len(page.by_class("indicator")) == 5


def test_what_was_published_is_marked_and_the_citys_own_judgement_stands_beside(
    browser: Browser, now: datetime
) -> None:
    import_real("tsukubamirai-1", now=now)
    came("2024-11-02", 5, 5, now=now)

    page = browser.open("/plan?plan=tsukubamirai-1&as_of=2025-03-31")

    assert page.says("うち36人は、市が公表した値です（2024年9月30日（月）現在）。")
    assert page.says("市が公表した評価（2024年9月30日（月）現在）")
    assert page.says("新型コロナウイルス感染症の影響")
    assert page.says("2. 市について知る機会の提供（再掲）") is False
    assert page.says("市について知る機会の提供（再掲）")


def test_another_day_can_be_chosen_on_the_page(browser: Browser, now: datetime) -> None:
    import_real("tsukubamirai-1", now=now)
    browser.open("/plan?plan=tsukubamirai-1")

    page = browser.submit({"as_of": "2024-09-30"}, press="この日で見る")

    assert page.says("2024年9月30日（月）現在の集計")
    assert page.says("未達成の見込み")


def test_a_plan_without_numbers_says_how_it_is_found_out(browser: Browser, now: datetime) -> None:
    import_real("kyodo-summary", now=now)

    page = browser.open("/plan?plan=kyodo-summary")

    assert page.says("数値ではなく、ヒアリング・アンケート調査で確かめる指標です。")
    assert page.says("その年度の4月1日現在の人口が登録されていないか")


def test_another_citys_plan_says_whose_it_is(browser: Browser, now: datetime) -> None:
    import_real("mitaka-4", now=now)

    page = browser.open("/plan?plan=mitaka-4")

    assert page.says("三鷹市の計画です。この市の記録は数えていません。")
    assert page.says("前期目標値")


def test_without_a_plan_in_force_the_page_says_so_and_lists_the_others(
    browser: Browser, now: datetime
) -> None:
    import_real("tsukubamirai-1", now=now)

    page = browser.open("/plan")

    assert page.says("いま進めている計画は、まだ登録されていません。")
    assert page.link("つくばみらい市市民協働実施計画") == "/plan?plan=tsukubamirai-1"
    assert browser.get("/plan.json").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "query",
    [
        "plan=nothing",
        "plan=x%00y",
        "plan=tsukubamirai-2&as_of=yesterday",
        "plan=tsukubamirai-2&as_of=9999-12-31",
        "plan=tsukubamirai-2&as_of=0001-01-01",
    ],
)
def test_what_is_not_there_is_not_found(browser: Browser, now: datetime, query: str) -> None:
    import_real("tsukubamirai-2", now=now)

    assert browser.get(f"/plan?{query}").status_code == HTTPStatus.NOT_FOUND
    assert browser.get(f"/plan.json?{query}").status_code == HTTPStatus.NOT_FOUND


def test_the_json_has_the_shape_of_plans_show(browser: Browser, now: datetime) -> None:
    import_real("tsukubamirai-1", "tsukubamirai-2", now=now)

    answer = browser.get("/plan.json")
    first = browser.get("/plan.json?plan=tsukubamirai-1&as_of=2024-09-30")

    assert answer.mimetype == "application/json"
    assert json.loads(answer.text)["plan"] == "tsukubamirai-2"
    indicator = json.loads(first.text)["goals"][0]["indicators"][0]
    assert (indicator["actual"], indicator["rate"]) == (36, 0.72)
    assert indicator["outcome"] == "off_track"


def test_staff_enter_a_figure_with_its_reason_and_the_page_shows_it(
    staff: Callable[[StaffRole], Browser], browser: Browser, now: datetime
) -> None:
    import_real("tsukubamirai-2", now=now)
    desk = staff(StaffRole.COORDINATOR)
    desk.open("/staff/plans")
    desk.follow("第2期つくばみらい市市民協働実施計画")
    desk.open(FIGURES)

    page = desk.submit({"fiscal_year": "2025", "value": "６１", "reason": "全庁調査（3月末）"})

    assert page.says("実績値を入力しました。")
    assert page.says("61事業")
    assert desk.open(FIGURES).says("全庁調査（3月末）")
    assert browser.open("/plan").says("2026年3月31日（火）現在の値です。")


BAD_FIGURES: list[tuple[dict[str, str], str]] = [
    ({"value": "", "fiscal_year": "2025", "reason": "調査"}, "実績値を入力してください。"),
    ({"value": "-1", "fiscal_year": "2025", "reason": "調査"}, "0以上の数を"),
    ({"value": "6", "fiscal_year": "2025", "reason": ""}, "根拠を入力してください。"),
    ({"value": "6", "fiscal_year": "", "reason": "調査"}, "日付を入力するか"),
    (
        {"value": "6", "fiscal_year": "", "as_of": "きのう", "reason": "調査"},
        "日付は2026-04-01のように",
    ),
    (
        {"value": "6", "fiscal_year": "2025", "as_of": "2026-03-31", "reason": "調査"},
        "日付を空欄にしてください。",
    ),
    (
        {"value": "6", "fiscal_year": "2026", "as_of": "", "reason": "調査"},
        "まだ来ていません。",
    ),
    (
        {"value": "6", "fiscal_year": "", "as_of": "2024-01-01", "reason": "調査"},
        "計画の期間",
    ),
]


def test_bad_figures_come_back_with_what_was_typed(
    staff: Callable[[StaffRole], Browser], now: datetime
) -> None:
    import_real("tsukubamirai-2", now=now)
    desk = staff(StaffRole.COORDINATOR)
    desk.open(FIGURES)

    for typed, words in BAD_FIGURES:
        page = desk.submit(typed)

        assert page.says(words), words
        assert page.value_of("reason") == typed["reason"]
    assert queries.figures(db.session(), "tsukubamirai-2") == []


def test_figures_of_up_to_a_day_take_commas_and_decimals(
    staff: Callable[[StaffRole], Browser], now: datetime
) -> None:
    import_real("tsukubamirai-2", now=now)
    desk = staff(StaffRole.COORDINATOR)
    desk.open(FIGURES)

    page = desk.submit({"as_of": "２０２６/０９/３０", "value": "1,234.5", "reason": "調査"})

    assert page.says("1,234.5事業")


def test_the_hint_says_what_a_figure_contains(
    staff: Callable[[StaffRole], Browser], now: datetime
) -> None:
    import_real("tsukubamirai-2", "mitaka-4", now=now)
    desk = staff(StaffRole.COORDINATOR)

    summed = desk.open("/staff/plans/tsukubamirai-2/founding-grants/figures")
    yearly = desk.open("/staff/plans/mitaka-4/community-centre-users/figures")

    assert summed.says("計画の初日からその日までの累計を入力してください。")
    assert yearly.says("その年度の4月1日から、その日までの値を入力してください。")


def test_an_indicator_that_counts_records_takes_no_figure(
    staff: Callable[[StaffRole], Browser], now: datetime
) -> None:
    import_real("tsukubamirai-2", now=now)
    desk = staff(StaffRole.COORDINATOR)
    desk.open("/staff/plans/tsukubamirai-2/experience-participants/figures")

    page = desk.submit({"fiscal_year": "2025", "value": "99", "reason": "調査"})

    assert page.says("この指標は記録から自動で数えるため")


def test_staff_see_the_difference_and_let_records_count_from_an_earlier_day(
    staff: Callable[[StaffRole], Browser], now: datetime
) -> None:
    import_real("tsukubamirai-1", now=now)
    came("2023-06-10", 12, 12, now=now)
    desk = staff(StaffRole.COORDINATOR)

    page = desk.open(RECORDS)
    done = desk.submit({"day": "2023-04-01", "reason": "令和5年度の記録がそろったため"})

    assert page.says("2023年4月1日（土）16人4人32%")
    assert page.says("2024年10月1日（火）36人36人72%")
    assert done.says("記録を数え始める日を変えました。")
    assert done.says("16人")


def test_the_first_day_of_records_needs_a_choice_and_a_reason(
    staff: Callable[[StaffRole], Browser], now: datetime
) -> None:
    import_real("tsukubamirai-1", now=now)
    desk = staff(StaffRole.COORDINATOR)
    desk.open(RECORDS)

    page = desk.submit({})

    assert page.says("記録を数え始める日を選んでください。")
    assert page.says("理由を入力してください。")


def test_a_viewer_reads_and_does_not_enter(
    staff: Callable[[StaffRole], Browser], browser: Browser, now: datetime
) -> None:
    import_real("tsukubamirai-2", now=now)
    viewer = staff(StaffRole.VIEWER)

    assert viewer.open("/staff/plans/tsukubamirai-2").says("市民活動体験に参加した人数")
    assert viewer.get(FIGURES).status_code == HTTPStatus.FORBIDDEN
    assert browser.get("/staff/plans").status_code == HTTPStatus.FOUND


def test_staff_find_no_plan_or_indicator_that_is_not_there(
    staff: Callable[[StaffRole], Browser], now: datetime
) -> None:
    import_real("tsukubamirai-2", now=now)
    desk = staff(StaffRole.COORDINATOR)

    found = [
        desk.get(f"/staff/plans/{path}").status_code
        for path in (
            "nothing",
            "nothing/x/figures",
            "tsukubamirai-2/nothing/figures",
            "tsukubamirai-2/nothing/records-from",
        )
    ]

    assert found == [HTTPStatus.NOT_FOUND] * 4


def test_before_any_plan_is_there_staff_are_told_how_one_comes(
    staff: Callable[[StaffRole], Browser],
) -> None:
    assert staff(StaffRole.VIEWER).open("/staff/plans").says("計画はまだ登録されていません。")
