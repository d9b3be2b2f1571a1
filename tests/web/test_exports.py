"""Staff take out figures and lists: with a purpose, on record, as a file or on the screen."""

from urllib.parse import quote

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from tests.support.make_opportunities import make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_signups import sign_up
from tests.support.pages import Browser

PURPOSE = {"purpose": "令和8年度の報告書を作るため"}
VIEW = "ダウンロードせずに見る"


def as_staff(browser: Browser, role: StaffRole = StaffRole.COORDINATOR) -> Browser:
    sign_in(browser, make_account(role=role))
    return browser


def download(browser: Browser, **typed: str) -> tuple[str, str]:
    """What the first button answers: the header that names the file, and its text."""
    page = browser.open("/staff/exports")
    sent = page.form_with({"purpose"}, None).filled({**PURPOSE, **typed}, None)
    answer = browser.post("/staff/exports", sent)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.headers["Content-Disposition"], answer.text


def exports_on_record() -> list[AuditEvent]:
    found = sa.select(AuditEvent).where(AuditEvent.action == "export.made")
    return list(db.session().scalars(found))


def test_a_coordinator_downloads_this_years_participants(browser: Browser) -> None:
    slot = make_slot()
    sign_up(slot, 1)
    as_staff(browser)

    disposition, text = download(browser)

    assert 'filename="participants-2026.csv"' in disposition
    assert f"filename*=UTF-8''{quote('参加実績_令和8年度.csv')}" in disposition
    assert text.startswith("\ufefffiscal_year,date,kind,")
    assert f",{slot.public_id},scheduled,10,1,1,0,0,1,0,0,0,0,0,0\r\n" in text
    (event,) = exports_on_record()
    assert event.reason == PURPOSE["purpose"]
    assert (event.facts["form"], event.facts["rows"]) == ("csv", 1)


def test_the_same_table_can_be_seen_without_a_download(browser: Browser) -> None:
    slot = make_slot()
    sign_up(slot, 1, name="髙橋 花子")
    as_staff(browser).open("/staff/exports")

    page = browser.submit({**PURPOSE, "kind": "signups", "fiscal_year": ""}, press=VIEW)

    assert page.h1 == "申込み（すべての年度）"
    assert page.says("髙橋 花子")
    assert page.says("参加決定")
    assert page.says("2026年11月22日（日）10:00")
    (event,) = exports_on_record()
    assert (event.facts["form"], event.facts["rows"]) == ("page", 1)
    assert event.facts["fiscal_year"] is None


def test_a_year_without_lines_says_so(browser: Browser) -> None:
    as_staff(browser).open("/staff/exports")

    page = browser.submit(PURPOSE, press=VIEW)

    assert page.says("この年度の行はありません。")


def test_without_a_purpose_nothing_leaves(browser: Browser) -> None:
    as_staff(browser).open("/staff/exports")

    page = browser.submit({"purpose": "  "})

    assert page.says("利用目的を入力してください。")
    assert exports_on_record() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "nonsense"),
        ("fiscal_year", "999999"),
        ("fiscal_year", "x"),
        ("purpose", "あ" * 201),
    ],
)
def test_what_nobody_can_choose_is_not_taken(browser: Browser, field: str, value: str) -> None:
    page = as_staff(browser).open("/staff/exports")
    sent = dict(page.form_with({"purpose"}, None).filled(PURPOSE, None))

    answer = browser.post("/staff/exports", {**sent, field: value})

    assert answer.status_code == 200
    assert "入力内容をご確認ください" in answer.text
    assert exports_on_record() == []


def test_a_viewer_takes_figures_and_never_names(browser: Browser) -> None:
    sign_up(make_slot(), 1)
    as_staff(browser, StaffRole.VIEWER)

    _disposition, text = download(browser)

    assert text.count("\r\n") == 2
    page = browser.open("/staff/exports")
    assert not page.says("名前と連絡先が入ります")
    sent = dict(page.form_with({"purpose"}, None).filled(PURPOSE, None))
    assert browser.post("/staff/exports", {**sent, "kind": "signups"}).status_code == 403
    assert len(exports_on_record()) == 1


def test_strangers_sign_in_first_and_groups_have_nothing_here(browser: Browser) -> None:
    assert browser.get("/staff/exports").status_code == 302

    sign_in(browser, make_account())

    assert browser.get("/staff/exports").status_code == 403
