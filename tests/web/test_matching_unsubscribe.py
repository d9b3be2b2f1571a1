"""One click in a mail program stops the mails about new days; looking at the link does not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.config import Settings
from kyodo_match.core.db import db, use_case
from kyodo_match.matching.jobs.alerts import write_alerts
from kyodo_match.matching.models import Wish
from kyodo_match.matching.rules.wishes import Frequency, WishState
from kyodo_match.matching.services import wishes as services
from kyodo_match.notifications.jobs import deliver_due
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from tests.support.clock import FrozenClock
from tests.support.databases import look_again
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_wishes import make_wish
from tests.support.pages import Browser
from tests.support.smtp import Letter, PostOffice, post_office

pytestmark = pytest.mark.usefixtures("app")

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def wish() -> Wish:
    make_slot(opportunity=make_opportunity(title="田んぼの会"))
    return make_wish(email="hanako@example.jp")


def delivered(settings: Settings, office: PostOffice, *, now: datetime) -> Letter:
    write_alerts(now=now)
    by_smtp = replace(
        settings,
        mail_url=office.url,
        mail_from="kyodo@city.example.jp",
        base_url="https://kyodo-match.shiminkyodo.city.tsukubamirai.example.jp",
    )
    deliver_due(by_smtp, now=now)
    return office.letters[-1]


def frequency(wish: Wish) -> Frequency:
    look_again()
    return db.session().get_one(Wish, wish.id, populate_existing=True).frequency


def test_a_mail_about_new_days_is_stopped_by_one_click(
    app: Flask, settings: Settings, office: PostOffice, wish: Wish, now: datetime
) -> None:
    letter = delivered(settings, office, now=now)

    header = dict(letter.message.raw_items())["List-Unsubscribe"]  # as it came over the wire
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.message["Precedence"] == "bulk"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    link = header.removeprefix("<").removesuffix(">")
    assert header == f"<{link}>"
    assert f"\n{link}\n" in letter.text
    path = urlsplit(link).path
    assert settings.keys.unsubscribe_token(wish.public_id, 1) == path.rpartition("/")[2]
    stranger = app.test_client(use_cookies=False)
    for method in ("GET", "HEAD", "OPTIONS"):
        stranger.open(path, method=method)
    assert frequency(wish) is Frequency.DAILY
    answers = [stranger.post(path, data=ONE_CLICK) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * 2
    assert "Location" not in answers[0].headers
    assert frequency(wish) is Frequency.NONE


def test_letters_that_nobody_can_stop_carry_no_such_header(
    settings: Settings, office: PostOffice, wish: Wish, now: datetime
) -> None:
    services.resend_wish_links(email=wish.email, keys=settings.keys, address=None, now=now)
    letter = delivered(settings, office, now=now)
    others = [one for one in office.letters if one is not letter]

    assert [str(one.message["List-Unsubscribe"]) for one in others] == ["None"]
    assert others[0].message["Precedence"] is None


def test_the_page_asks_and_its_button_stops_the_mails(
    browser: Browser, settings: Settings, wish: Wish
) -> None:
    token = settings.keys.unsubscribe_token(wish.public_id, wish.access_version)

    page = browser.open(f"/unsubscribe/{token}")

    assert page.says("お知らせメールを止めますか")
    assert len(page.forms) == 1
    assert frequency(wish) is Frequency.DAILY
    page = browser.submit(press="お知らせを止める")
    assert page.h1 == "お知らせメールを止めました"
    assert page.says("保存した希望は、残っています。")
    assert frequency(wish) is Frequency.NONE
    assert browser.open(f"/unsubscribe/{token}").h1 == "お知らせメールを止めました"


@pytest.mark.parametrize("kind", ["garbage", "wish link", "other version", "ended"])
def test_a_link_that_is_not_true_stops_nothing(
    kind: str, app: Flask, settings: Settings, wish: Wish, now: datetime
) -> None:
    keys = settings.keys
    token = {
        "garbage": "0" * 51,
        "wish link": keys.wish_token(wish.public_id, 1),
        "other version": keys.unsubscribe_token(wish.public_id, 2),
        "ended": keys.unsubscribe_token(wish.public_id, 1),
    }[kind]
    if kind == "ended":
        services.end_wish(wish_id=wish.public_id, now=now)

    answer = app.test_client(use_cookies=False).post(f"/unsubscribe/{token}", data=ONE_CLICK)

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "このリンクは使えません" in answer.text
    if kind != "ended":
        assert frequency(wish) is Frequency.DAILY


def test_the_wish_shows_what_was_sent_and_why(
    new_browser: Callable[[], Browser],
    settings: Settings,
    wish: Wish,
    frozen_clock: FrozenClock,
) -> None:
    write_alerts(now=frozen_clock.moment)
    _call_off()
    frozen_clock.move(hours=1)
    browser = new_browser()

    page = browser.open(f"/wishes/open/{settings.keys.wish_token(wish.public_id, 1)}")

    assert wish.state is WishState.ACTIVE
    assert page.says("お送りした日程と、その理由")
    assert page.says("11:30 ×中止2026年11月22日（日）10:00のお知らせ")
    assert page.says("環境・生きものに関心がある 25点")
    assert page.says("合計（配点の第1版）")


@use_case
def _call_off(session: Session, /) -> None:
    session.execute(sa.update(Slot).values(status=SlotStatus.CANCELLED))


def test_staff_see_how_many_letters_go_out(
    browser: Browser, wish: Wish, frozen_clock: FrozenClock
) -> None:
    make_wish(frequency=Frequency.WEEKLY)
    write_alerts(now=frozen_clock.moment)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))

    page = browser.open("/staff/exposure")

    assert wish.frequency is Frequency.DAILY
    assert page.says("新しい日程のお知らせメール：2通。")
    assert page.says("毎日1件、週に1回1件。")
