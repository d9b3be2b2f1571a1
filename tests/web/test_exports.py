"""Staff take out figures and lists: with a purpose, checked first, on record."""

from io import BytesIO
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.exports import views_staff
from kyodo_match.exports.messages.titles import kind_label
from kyodo_match.exports.rules import ExportKind
from kyodo_match.web import responses
from tests.support.make_opportunities import make_group, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_signups import sign_up
from tests.support.pages import Browser, Page

PURPOSE = {"purpose": "令和8年度の報告書を作るため"}
CSV, XLSX, VIEW = "CSVでダウンロード", "Excelでダウンロード", "画面で見る"


def as_staff(browser: Browser, role: StaffRole = StaffRole.COORDINATOR) -> Browser:
    sign_in(browser, make_account(role=role))
    return browser


def check(browser: Browser, **typed: str) -> Page:
    """Choose, give a purpose, and come to the page that checks."""
    browser.open("/staff/exports")
    return browser.submit({**PURPOSE, **typed}, press="内容を確かめる")


def download(browser: Browser, press: str = CSV) -> tuple[str, bytes]:
    """What a button of the check page answers: the header that names the file, and its bytes."""
    sent = browser.page.form_with({"purpose"}, press).filled({}, press)
    answer = browser.post("/staff/exports", sent)
    assert answer.mimetype == ("text/csv" if press == CSV else XLSX_MIME)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.headers["Content-Disposition"], answer.data


XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def exports_on_record() -> list[AuditEvent]:
    found = sa.select(AuditEvent).where(AuditEvent.action == "export.made")
    return list(db.session().scalars(found))


def test_the_check_says_how_many_lines_and_whom_they_name_and_nothing_leaves(
    browser: Browser,
) -> None:
    slot = make_slot()
    for number in range(1, 8):
        sign_up(slot, number, name=f"目印 {number}子")
    as_staff(browser)

    page = check(browser, kind="signups", fiscal_year="2026")

    assert page.h1 == "出力の確認"
    assert page.says("7行")
    assert page.says("7行に入ります（お名前・ふりがな・メール・電話）")
    assert page.says("はじめの5行")
    assert page.says("令和8年度の報告書を作るため")
    assert not page.says("目印")
    assert not page.says("mihon1@")
    assert exports_on_record() == []


def test_a_coordinator_downloads_this_years_participants(browser: Browser) -> None:
    slot = make_slot()
    sign_up(slot, 1)
    page = check(as_staff(browser))
    assert page.says("個人の名前や連絡先入りません")

    disposition, content = download(browser)

    text = content.decode()
    assert 'filename="participants-2026.csv"' in disposition
    assert f"filename*=UTF-8''{quote('参加実績_令和8年度.csv')}" in disposition
    assert text.startswith("\ufefffiscal_year,date,kind,")
    assert f",{slot.public_id},scheduled,10,1,1,0,0,1,0,0,0,0,0,0\r\n" in text
    (event,) = exports_on_record()
    assert event.reason == PURPOSE["purpose"]
    assert (event.facts["form"], event.facts["rows"]) == ("csv", 1)


def test_the_same_lines_come_as_an_excel_file(browser: Browser) -> None:
    make_group(name="髙橋の会", representative="目印 花子", phone="0297-58-2111")
    check(as_staff(browser), kind="groups", fiscal_year="")

    disposition, content = download(browser, XLSX)

    assert 'filename="groups-all.xlsx"' in disposition
    (sheet,) = load_workbook(BytesIO(content)).worksheets
    line = dict(zip(ExportKind.GROUPS.columns, (cell.value for cell in sheet[2]), strict=True))
    assert (line["name"], line["representative"]) == ("髙橋の会", "目印 花子")
    assert line["phone"] == "0297-58-2111"
    (event,) = exports_on_record()
    assert (event.facts["form"], event.facts["rows"]) == ("xlsx", 1)


def test_the_whole_table_can_be_seen_without_a_download(browser: Browser) -> None:
    sign_up(make_slot(), 1, name="髙橋 花子")
    check(as_staff(browser), kind="signups", fiscal_year="")

    page = browser.submit(press=VIEW)

    assert page.h1 == "申込み（すべての年度）"
    assert page.says("髙橋 花子")
    assert page.says("参加決定")
    assert page.says("2026年11月22日（日）10:00")
    (event,) = exports_on_record()
    assert (event.facts["form"], event.facts["rows"]) == ("page", 1)
    assert event.facts["fiscal_year"] is None


def test_a_long_table_comes_in_pages_and_each_is_on_record(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_staff, "_LINES_A_PAGE", 2)
    for number in range(1, 4):
        make_group(name=f"会{number}", kana=f"かい{number}")
    check(as_staff(browser), kind="groups", fiscal_year="")

    first = browser.submit(press=VIEW)
    second = browser.submit(press="次の行へ")

    assert first.says("3行のうち、1行目から2行目まで")
    assert second.says("3行のうち、3行目から3行目まで")
    assert second.says("会3")
    assert not second.says("会2")
    assert [event.facts["rows"] for event in exports_on_record()] == [2, 1]


@pytest.mark.parametrize("kind", list(ExportKind))
def test_every_kind_can_be_checked_and_seen(browser: Browser, kind: ExportKind) -> None:
    sign_up(make_slot(), 1)
    page = check(as_staff(browser), kind=kind.value, fiscal_year="")

    if page.says("はじめの1行"):
        page = browser.submit(press=VIEW)
        assert page.says("1行のうち、1行目から1行目まで")
    else:
        assert kind is ExportKind.INDICATORS  # there is no plan here


def test_going_back_keeps_what_was_chosen(browser: Browser) -> None:
    make_slot()
    check(as_staff(browser), kind="opportunities", fiscal_year="")

    page = browser.submit(press="修正する")

    kept = dict(page.form_with({"purpose"}, None).filled({}, None))
    assert kept["purpose"] == PURPOSE["purpose"]
    assert (kept["kind"], kept["fiscal_year"]) == ("opportunities", "")
    assert exports_on_record() == []


def test_a_year_without_lines_says_so_and_offers_nothing(browser: Browser) -> None:
    page = check(as_staff(browser))

    assert page.says("この年度の行はありません。")
    assert not page.form_with({"purpose"}, None).buttons(CSV)


def test_without_a_purpose_nothing_leaves(browser: Browser) -> None:
    page = check(as_staff(browser), purpose="  ")

    assert page.says("利用目的を入力してください。")
    assert exports_on_record() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "nonsense"),
        ("fiscal_year", "999999"),
        ("fiscal_year", "x"),
        ("purpose", "あ" * 201),
        ("purpose", ""),
    ],
)
def test_what_nobody_can_choose_is_not_taken(browser: Browser, field: str, value: str) -> None:
    page = as_staff(browser).open("/staff/exports")
    sent = dict(page.form_with({"purpose"}, None).filled(PURPOSE, None))

    for output in ("", "csv", "xlsx", "page", "edit"):
        answer = browser.post("/staff/exports", {**sent, "output": output, field: value})

        assert answer.status_code == 200
        assert "入力内容をご確認ください" in answer.text
    assert exports_on_record() == []


def test_a_viewer_takes_figures_and_never_names(browser: Browser) -> None:
    sign_up(make_slot(), 1)
    check(as_staff(browser, StaffRole.VIEWER))

    _disposition, content = download(browser)

    assert content.count(b"\r\n") == 2
    page = browser.open("/staff/exports")
    sent = dict(page.form_with({"purpose"}, None).filled(PURPOSE, None))
    for kind in ExportKind:
        offered = page.says(kind_label(kind))
        assert offered is not bool(kind.named)
        for output in ("", "csv", "xlsx", "page"):
            if kind.named:
                asked = {**sent, "kind": kind.value, "output": output}
                assert browser.post("/staff/exports", asked).status_code == 403
    assert len(exports_on_record()) == 1


def test_a_map_of_open_data_that_cannot_be_used_is_said_above_the_form(browser: Browser) -> None:
    own = responses.settings().data_dir / "event-list.toml"
    own.write_text("columns = []", encoding="utf-8")

    page = check(as_staff(browser), kind="open-data")

    assert page.says("イベント一覧の列の定義（event-list.toml）を直してください")


def test_strangers_sign_in_first_and_groups_have_nothing_here(browser: Browser) -> None:
    assert browser.get("/staff/exports").status_code == 302

    sign_in(browser, make_account())

    assert browser.get("/staff/exports").status_code == 403
