"""/staff/settings, as an admin meets it."""

from datetime import time
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.settings import queries
from tests.support.make_opportunities import make_group
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.pages import Browser


@pytest.mark.usefixtures("app")
def test_an_admin_sets_the_office_and_the_districts(browser: Browser) -> None:
    admin = make_account(role=StaffRole.ADMIN)
    sign_in(browser, admin)
    browser.open("/staff/settings")

    page = browser.submit(
        {
            "name": "市民活動課",
            "phone": "０２９７（５８）２１１１",
            "weekdays": ["1", "2", "3", "4", "5"],
            "opens": "９：００",
            "closes": "21:30",
            "districts": "みらい平\n\n 伊奈 \n谷和原",
        },
        press="保存する",
    )

    office = queries.office(db.session())
    assert page.says("設定を保存しました。")
    assert page.value_of("districts").split() == ["みらい平", "伊奈", "谷和原"]
    assert (office.name, office.phone) == ("市民活動課", "0297-58-2111")
    assert office.calendar.weekdays == frozenset({1, 2, 3, 4, 5})
    assert (office.calendar.opens, office.calendar.closes) == (time(9), time(21, 30))
    assert queries.districts(db.session()) == ("みらい平", "伊奈", "谷和原")
    changes = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == "setting.changed")
    ).all()
    assert {(e.object_id, e.actor) for e in changes} == {
        ("districts", admin.public_id),
        ("office", admin.public_id),
    }


@pytest.mark.usefixtures("app")
def test_what_cannot_be_set_is_explained_beside_its_field(browser: Browser) -> None:
    sign_in(browser, make_account(role=StaffRole.ADMIN))
    browser.open("/staff/settings")

    page = browser.submit(
        {"name": "", "weekdays": [], "opens": "25:00", "districts": "北;南"}, press="保存する"
    )
    assert page.says("担当課の名前を入力してください。")
    assert page.says("開庁する曜日を1つ以上選んでください。")
    assert page.says("時刻は8:30のように入力してください。")
    assert page.says("「,」と「;」を使わずに入力してください。")
    assert page.value_of("opens") == "25:00"
    browser.open("/staff/settings")
    page = browser.submit({"opens": "17:00", "closes": "9:00"}, press="保存する")

    assert page.says("閉庁の時刻は、開庁の時刻より後にしてください。")
    assert queries.office(db.session()).calendar.opens == time(8, 30)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("stranger", HTTPStatus.FOUND),
        ("owner", HTTPStatus.FORBIDDEN),
        ("viewer", HTTPStatus.FORBIDDEN),
        ("coordinator", HTTPStatus.FORBIDDEN),
        ("admin", HTTPStatus.OK),
    ],
)
def test_settings_are_for_admins(browser: Browser, who: str, status: HTTPStatus) -> None:
    if who == "owner":
        sign_in(browser, make_member(make_group()))
    elif who != "stranger":
        sign_in(browser, make_account(role=StaffRole(who)))

    assert browser.get("/staff/settings").status_code == status
