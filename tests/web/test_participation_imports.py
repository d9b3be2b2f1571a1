"""Last year's Excel: read, looked at line by line, taken as one batch, taken back whole."""

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation import jobs, services
from kyodo_match.participation.models import ImportDraft, ImportedParticipation
from kyodo_match.signups.rules import AgeGroup
from tests.support.clock import START, FrozenClock
from tests.support.databases import look_again
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_plans import import_real
from tests.support.make_signups import keys
from tests.support.make_workbooks import last_year, make_workbook
from tests.support.pages import Browser, Page

NewBrowser = Callable[[], Browser]
COLUMNS = "列の割り当て"


@pytest.fixture
def coordinator(app: Flask) -> Account:
    return make_account(role=StaffRole.COORDINATOR)


@pytest.fixture
def staff(browser: Browser, coordinator: Account) -> Browser:
    sign_in(browser, coordinator)
    return browser


def upload(staff: Browser, content: bytes, name: str = "実績.xlsx") -> Page:
    staff.open("/staff/imports")
    return staff.upload({}, file=(name, content))


def taken() -> list[tuple[date, str, str, int, int | None]]:
    look_again()
    rows = db.session().scalars(
        sa.select(ImportedParticipation).order_by(ImportedParticipation.id)
    )
    return [(row.day, row.opportunity, row.group, row.visits, row.people) for row in rows]


def take(staff: Browser) -> Page:
    return staff.submit({}, press="選んだ行を取り込む")


def test_a_table_as_offices_keep_it_is_taken_after_somebody_has_looked(
    staff: Browser, coordinator: Account
) -> None:
    page = upload(
        staff,
        last_year(
            [1, date(2025, 5, 9), "川の日", "みどりの会", "１２名", 10, "晴れ"],
            [2, None, "山の日", None, "大人3 こども2"],
            [None, "小計", None, None, 17],
            [3, "R7.6.14（土）", "里の日", "里の会", 7],
            [4, "令和8年1月20日", "雪の日", "里の会", "中止"],
            [5, "7月の予定", "星の日", "里の会", 4],
            [None, "合計", None, None, 24],
            merged=["B4:B5", "D4:D5"],
        ),
    )

    assert page.h1 == "読み方の確認"
    assert page.says("日付＝B列、事業・活動＝C列、団体＝D列、延べ人数＝E列")
    assert page.says("令和7年度3 24人10人")
    assert page.says("9行目：日付を読めません。")
    assert page.says("合計の行なので、数えません。")
    assert page.says("中止や延期の行なので、数えません。")
    assert taken() == []

    done = take(staff)

    assert done.h1 == "取り込んだ実績"
    assert done.says("3行を取り込みました。")
    assert taken() == [
        (date(2025, 5, 9), "川の日", "みどりの会", 12, 10),
        (date(2025, 5, 9), "山の日", "みどりの会", 5, None),
        (date(2025, 6, 14), "里の日", "里の会", 7, None),
    ]
    look_again()
    event = (
        db.session()
        .scalars(sa.select(AuditEvent).where(AuditEvent.action == "participation.imported"))
        .one()
    )
    assert (event.actor, event.facts) == (coordinator.public_id, {"lines": 3, "visits": 24})


def test_the_lines_are_taken_that_were_chosen(staff: Browser) -> None:
    upload(staff, last_year([1, "5/9", "川の日", "会", 12], [2, "5/10", "山の日", "会", 3]))

    counted = staff.submit({"line": ["5"]}, press="選び直した行で計算し直す")
    take(staff)

    assert counted.says("令和7年度1 3人")
    assert [row[1] for row in taken()] == ["山の日"]


def test_a_column_taken_for_something_else_is_put_right(staff: Browser) -> None:
    page = upload(
        staff,
        make_workbook(
            [
                ["いつ", "なにを", "どこの人が", "きた人"],
                ["5/9", "川の日", "みどりの会", 12],
            ]
        ),
    )
    assert page.h1 == COLUMNS
    assert page.says("A列：いつ（例：5/9）")

    unfinished = staff.submit({"date": "0"}, press="この割り当てで読む")
    read = staff.submit(
        {"date": "0", "opportunity": "1", "group": "2", "visits": "3", "fiscal_year": "2025"},
        press="この割り当てで読む",
    )
    take(staff)

    assert unfinished.says("人数の列を選んでください。")
    assert read.says("2025年5月9日（金）")
    assert taken() == [(date(2025, 5, 9), "川の日", "みどりの会", 12, None)]


def test_another_sheet_is_read_with_its_own_header(staff: Browser) -> None:
    rows: list[list[object]] = [["日付", "参加者数"], ["4/1", 3]]
    upload(
        staff,
        make_workbook(
            [["日付", "参加者数"], ["5/9", 12], ["5/10", 1]],
            sheet="令和7年度",
            more_sheets=[("令和6年度", rows)],
        ),
    )
    staff.follow("列の割り当てを変える")

    page = staff.submit({"sheet": "1"}, press="この割り当てで読む")
    staff.submit({}, press="この割り当てで読む")
    take(staff)

    assert page.h1 == COLUMNS
    assert [row[0] for row in taken()] == [date(2024, 4, 1)]


def test_what_was_imported_before_is_left_out_and_what_looks_like_it_is_marked(
    staff: Browser,
) -> None:
    upload(staff, last_year([1, "5/9", "川の日", "会", 12]))
    take(staff)

    page = upload(
        staff,
        last_year(
            [1, "5/9", "川の日", "会", 12],
            [2, "5/9", "川の日", "会", 13],
            [3, "5/10", "山の日", "会", 1],
        ),
    )
    take(staff)

    assert page.says("同じ行が、すでに取り込まれています。")
    assert page.says("前に取り込んだ同じ日の実績と、重なっているかもしれません。")
    assert [row[3] for row in taken()] == [12, 1]


def test_a_day_that_was_counted_here_is_marked_and_left_out_at_first(
    staff: Browser, coordinator: Account, frozen_clock: FrozenClock
) -> None:
    opportunity = make_opportunity(title="川の日", group=make_group(name="みどりの会"))
    slot = make_slot(opportunity=opportunity)
    frozen_clock.moment = slot.starts_at
    services.add_walk_in(
        slot_id=slot.public_id, name="見本", kana="みほん", age_group=AgeGroup.FROM_65, phone="",
        nonce="n", keys=keys(), now=slot.starts_at, actor="0123456789ab",
    )  # fmt: skip
    sign_in(staff, coordinator)

    page = upload(
        staff,
        last_year(
            [1, "令和8年12月12日", "川の日（冬）", "", 12],
            [2, "令和8年12月12日", "星の日", "星の会", 3],
        ),
    )

    assert page.says("このシステムで数えた同じ日の実績と、重なっているかもしれません。")
    assert page.says("令和8年度1 3人")


def test_a_batch_is_taken_back_whole_with_a_reason(staff: Browser) -> None:
    upload(staff, last_year([1, "5/9", "川の日", "会", 12], [2, "5/10", "山の日", "会", 3]))
    take(staff)

    without = staff.submit({"reason": ""}, press="取込みを取り消す")
    done = staff.submit({"reason": "別の年度のファイルだった"}, press="取込みを取り消す")

    assert without.says("取り消す理由を入力してください。")
    assert done.says("この取込みは取り消されています")
    assert done.says("理由：別の年度のファイルだった")
    assert taken() == []
    assert staff.open("/staff/imports").says("取消し済み")


@pytest.mark.parametrize("field", ["header_rows", "fiscal_year", "kind"])
def test_what_was_not_offered_for_another_sheet_reads_nothing(staff: Browser, field: str) -> None:
    sheets: list[list[object]] = [["実施日", "延べ人数"], [date(2025, 5, 9), 3]]
    page = upload(staff, make_workbook(sheets, more_sheets=[("後期", sheets)]))
    fields = {"csrf_token": page.value_of("csrf_token")}

    odd = staff.post(
        page.path, {**fields, "action": "columns", "sheet": "1", "kind": "experience", field: "x"}
    )

    assert odd.status_code in {HTTPStatus.OK, HTTPStatus.SEE_OTHER}
    staff.open(page.path)


@pytest.mark.parametrize("action", ["take", "count"])
def test_a_line_number_that_no_file_has_takes_nothing(staff: Browser, action: str) -> None:
    page = upload(staff, last_year([1, "5/9", "川の日", "会", 12]))
    fields = {"csrf_token": page.value_of("csrf_token")}

    answer = staff.post(page.path, {**fields, "action": action, "line": "9" * 5000})

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert taken() == []


def test_what_is_dropped_leaves_nothing(staff: Browser) -> None:
    upload(staff, last_year([1, "5/9", "川の日", "会", 12]))

    staff.submit({}, press="取込みをやめる")

    assert taken() == []
    assert db.session().scalar(sa.select(sa.func.count(ImportDraft.id))) == 0


def test_the_button_pressed_twice_takes_once(staff: Browser) -> None:
    page = upload(staff, last_year([1, "5/9", "川の日", "会", 12]))
    form = page.form_with({"line"}, "選んだ行を取り込む")
    sent = form.filled({}, "選んだ行を取り込む")

    staff.post(form.action, sent)
    again = staff.post(form.action, sent)

    assert again.status_code == HTTPStatus.SEE_OTHER
    assert staff.open(form.action).says("このファイルは、すでに取り込まれています。")
    assert len(taken()) == 1


def test_two_who_take_the_same_file_do_not_count_it_twice(
    staff: Browser, new_browser: NewBrowser
) -> None:
    other = new_browser()
    sign_in(other, make_account(role=StaffRole.COORDINATOR))
    content = last_year([1, "5/9", "川の日", "会", 12])
    upload(staff, content)
    upload(other, content)
    take(staff)

    page = take(other)

    assert page.says("選んだ行のなかに、いまは取り込めない行があります")
    assert page.says("同じ行が、すでに取り込まれています。")
    assert len(taken()) == 1


def test_a_draft_is_its_owner_s_alone_and_a_batch_everybody_s(
    staff: Browser, new_browser: NewBrowser
) -> None:
    path = upload(staff, last_year([1, "5/9", "川の日", "会", 12])).path
    other = new_browser()
    sign_in(other, make_account(role=StaffRole.COORDINATOR))

    before = other.get(path).status_code
    take(staff)
    after = other.get(path).status_code

    assert (before, after) == (HTTPStatus.NOT_FOUND, HTTPStatus.OK)


def test_what_was_read_and_not_taken_is_forgotten_after_a_day(
    staff: Browser, frozen_clock: FrozenClock
) -> None:
    taken = upload(staff, last_year([1, "5/9", "川の日", "会", 12])).path
    take(staff)
    left = upload(staff, last_year([1, "5/10", "山の日", "会", 3])).path
    kept = []

    for hours in (23, 25):
        jobs.forget_drafts(now=frozen_clock() + timedelta(hours=hours))
        look_again()
        kept.append(set(db.session.scalars(sa.select(ImportDraft.public_id))))

    ids = [path.rpartition("/")[2] for path in (taken, left)]
    assert kept == [set(ids), {ids[0]}]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "Excelで『.xlsx』として保存し直してください",
        ),
        ("a.xlsx", b"PK\x03\x04 nothing", "表として読めませんでした"),
        ("a.pdf", b"%PDF-1.7\n\x00\x01", "表として読めませんでした"),
        ("a.csv", b"", "ファイルを選んでください"),
        ("a.csv", b"\n\n", "表として読めませんでした"),
        ("", b"", "ファイルを選んでください"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(
    staff: Browser, name: str, content: bytes, words: str
) -> None:
    page = upload(staff, content, name)

    assert page.h1 == "以前の実績の取込み"
    assert page.says(words)


def test_csv_of_excel_in_japan_is_read_too(staff: Browser) -> None:
    text = "令和７年度,,\r\n日付,団体名,参加者数\r\n5月9日,髙砂の会,12名\r\n"

    upload(staff, text.encode("cp932"), "実績.csv")
    take(staff)

    assert taken() == [(date(2025, 5, 9), "", "髙砂の会", 12, None)]


def test_a_formula_is_never_run_and_its_saved_value_is_read(staff: Browser) -> None:
    page = upload(staff, last_year([1, "5/9", '=HYPERLINK("http://x","川")', "会", "=1+1"]))

    assert page.says("人数がありません")
    assert "HYPERLINK" not in page.html


def test_lines_that_came_by_the_command_are_a_batch_too(staff: Browser) -> None:
    services.import_participation(
        lines=[(date(2025, 5, 9), OpportunityKind.EXPERIENCE, "川の日", "会", 12, None, "")],
        now=START,
        actor="cli:root",
    )

    page = staff.open("/staff/imports")

    assert page.says("コマンドで取り込んだファイル")
    assert staff.open(page.links("2026年11月22日")[0]).says("川の日")


def test_the_page_says_what_the_plan_s_indicator_becomes(staff: Browser) -> None:
    import_real("tsukubamirai-2", now=START)

    page = upload(staff, last_year([1, "5/9", "川の日", "会", 12, 11]))

    assert page.says("市民活動体験に参加した人数")
    assert page.says("令和7年度：0人/年→12人/年")
    take(staff)
    assert staff.open("/plan").says("12人")


def test_a_file_beyond_the_limit_is_refused_and_a_large_one_is_not(staff: Browser) -> None:
    staff.open("/staff/imports")
    form = staff.page.form_with({"file", "kind"}, None)
    token = dict(form.filled({}, None))["csrf_token"]

    large = upload(staff, b"\x00" * 4_000_000, "a.csv")
    too_large = staff.post("/staff/imports", {"csrf_token": token, "kind": "x" * 6_000_000})

    assert large.says("表として読めませんでした")
    assert too_large.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
