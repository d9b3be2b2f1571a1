"""Signing in, one-time links and the staff's accounts, as people meet them."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts import services
from kyodo_match.accounts.models import Account, Invitation, SignInSession
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.accounts.views import local_path
from kyodo_match.config import Settings
from kyodo_match.core.db import Base, db
from kyodo_match.notifications.models import OutboxMessage
from tests.support.clock import FrozenClock
from tests.support.make_opportunities import make_group
from tests.support.make_people import PASSWORD, make_account, make_member, sign_in
from tests.support.pages import Browser

NewBrowser = Callable[[], Browser]
NEW = "もも すもも もも すもも うめ 1"


def link_for(settings: Settings, clock: FrozenClock, email: str = "new@example.jp") -> str:
    invitation_id = services.invite_staff(
        email=email, role=StaffRole.VIEWER, actor="cli:root", now=clock()
    )
    return f"/invitation/{settings.keys.invitation_token(invitation_id)}"


def rows() -> dict[str, int]:
    """How many rows each table has, and what changes without a new one."""
    db.session.rollback()
    counts = {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
    used = db.session.scalars(sa.select(Invitation.used_at)).all()
    return {**counts, "used": sum(moment is not None for moment in used)}


# --- signing in ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_staff_land_on_their_desk_and_members_on_their_groups(new_browser: NewBrowser) -> None:
    viewer, member = make_account(role=StaffRole.VIEWER), make_member(make_group())

    for account, desk in ((viewer, "/staff/"), (member, "/group/")):
        browser = new_browser()
        browser.open("/signin")
        page = browser.submit({"email": account.email, "password": PASSWORD})

        assert page.path == desk
        assert page.says(account.name)


@pytest.mark.usefixtures("app")
def test_full_width_addresses_and_letters_sign_in(browser: Browser) -> None:
    make_account(role=StaffRole.VIEWER, email="hanako@example.jp")
    browser.open("/signin")

    page = browser.submit(
        {"email": "Ｈanako＠example.jp", "password": PASSWORD.replace("42", "４２")}
    )

    assert page.path == "/staff/"


@pytest.mark.usefixtures("app")
def test_an_unknown_address_reads_like_a_wrong_password(browser: Browser) -> None:
    account = make_account(role=StaffRole.ADMIN)
    texts = []

    for email, password in ((account.email, NEW), ("nobody@example.jp", PASSWORD)):
        browser.open("/signin")
        page = browser.submit({"email": email, "password": password})
        assert page.value_of("email") == email
        assert page.value_of("password") == ""
        texts.append(page.text)

    assert texts[0] == texts[1]
    assert "メールアドレスかパスワードが違います。" in texts[0]


@pytest.mark.usefixtures("app")
def test_too_many_failures_say_from_when_on_to_try_again(browser: Browser) -> None:
    account = make_account(role=StaffRole.ADMIN)
    browser.open("/signin")
    for _ in range(10):
        browser.submit({"email": account.email, "password": NEW})

    page = browser.submit({"email": account.email, "password": PASSWORD})

    assert page.says("2026年11月22日（日）10:05以降に、もう一度お試しください。")


@pytest.mark.usefixtures("app")
def test_the_cookie_of_before_is_worth_nothing_after_the_sign_in(
    app: Flask, browser: Browser
) -> None:
    account = make_account(role=StaffRole.VIEWER)
    planted = browser.get("/signin").headers["Set-Cookie"].split(";")[0]

    sign_in(browser, account)

    client = app.test_client(use_cookies=False)
    answer = client.get("/staff/", headers={"Cookie": planted}, base_url="http://localhost")
    assert (answer.status_code, answer.location) == (HTTPStatus.FOUND, "/signin")


@pytest.mark.usefixtures("app")
def test_signing_out_ends_a_copied_cookie_as_well(app: Flask, browser: Browser) -> None:
    copied = sign_in(browser, make_account(role=StaffRole.ADMIN))

    browser.open("/staff/accounts")
    page = browser.submit(press="サインアウト")

    assert page.says("サインアウトしました。")
    assert page.says("職員・団体の方")
    client = app.test_client(use_cookies=False)
    answer = client.get("/staff/accounts", headers={"Cookie": copied}, base_url="http://localhost")
    assert answer.status_code == HTTPStatus.FOUND


@pytest.mark.usefixtures("app")
def test_half_an_hour_without_a_click_signs_out(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    sign_in(browser, make_account(role=StaffRole.ADMIN))

    for _ in range(3):
        frozen_clock.move(minutes=29)
        assert browser.get("/staff/accounts").status_code == HTTPStatus.OK
    frozen_clock.move(minutes=31)

    assert browser.get("/staff/accounts").location == "/signin"


@pytest.mark.usefixtures("app")
def test_ten_hours_are_the_end_however_busy_somebody_is(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    sign_in(browser, make_account(role=StaffRole.ADMIN))

    for _ in range(29):
        frozen_clock.move(minutes=20)
        assert browser.get("/staff/accounts").status_code == HTTPStatus.OK
    frozen_clock.move(minutes=20)

    assert browser.get("/staff/accounts").location == "/signin"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/staff/signups?page=2", "/staff/signups?page=2"),
        ("/group/", "/group/"),
        (None, None),
        ("", None),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("/%09/evil.example\n", None),
        ("https://evil.example/", None),
        ("javascript:alert(1)", None),
        ("staff/", None),
    ],
)
def test_only_a_path_on_this_site_is_a_place_to_go_to(
    target: str | None, path: str | None
) -> None:
    assert local_path(target) == path


@pytest.mark.usefixtures("app")
def test_after_signing_in_one_is_where_one_wanted_to_go(new_browser: NewBrowser) -> None:
    account = make_account(role=StaffRole.ADMIN)

    for query, landed in (
        ("?next=/staff/accounts", "/staff/accounts"),
        ("?next=//evil.example/", "/staff/"),
    ):
        browser = new_browser()
        browser.open(f"/signin{query}")
        assert browser.submit({"email": account.email, "password": PASSWORD}).path == landed


@pytest.mark.usefixtures("app")
def test_a_stranger_is_led_back_to_the_page_they_asked_for(new_browser: NewBrowser) -> None:
    admin = make_account(role=StaffRole.ADMIN)
    owner = make_member(make_group())
    landed = {}

    for name, account, wanted in (
        ("admin", admin, "/staff/signups?status=confirmed"),
        ("owner", owner, "/group/opportunities"),
        ("owner at staff's door", owner, "/staff/signups"),
    ):
        browser = new_browser()
        browser.open(wanted)
        landed[name] = browser.submit({"email": account.email, "password": PASSWORD}).path

    assert landed == {
        "admin": "/staff/signups?status=confirmed",
        "owner": "/group/opportunities",
        "owner at staff's door": "/group/",
    }


@pytest.mark.usefixtures("app")
def test_a_stranger_is_sent_to_sign_in_before_a_token_is_asked_for(browser: Browser) -> None:
    answer = browser.post("/staff/settings", {})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/signin")


# --- one-time links ------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_a_link_sets_name_and_password_once(
    browser: Browser, settings: Settings, frozen_clock: FrozenClock
) -> None:
    link = link_for(settings, frozen_clock)

    page = browser.open(link)
    assert page.says("new@example.jp")
    page = browser.submit({"name": "髙𠮷 花子", "password": NEW})
    assert page.path == "/signin"
    assert page.says("パスワードを設定しました。サインインしてください。")
    page = browser.submit({"email": "new@example.jp", "password": NEW})
    assert page.path == "/staff/"
    assert page.says("髙𠮷 花子")

    page = browser.open(link, status=HTTPStatus.GONE)
    assert page.h1 == "このリンクは使えません"


@pytest.mark.usefixtures("app")
def test_looking_at_a_link_changes_nothing(
    browser: Browser, settings: Settings, frozen_clock: FrozenClock
) -> None:
    link = link_for(settings, frozen_clock)
    before = rows()

    for path in (link, link, f"{link}x", "/invitation/x", "/signin", "/password/forgotten"):
        browser.get(path)

    assert rows() == before


@pytest.mark.usefixtures("app")
def test_a_link_is_refused_when_it_is_too_old_forged_or_renewed(
    browser: Browser, settings: Settings, frozen_clock: FrozenClock
) -> None:
    renewed, link = link_for(settings, frozen_clock), link_for(settings, frozen_clock)
    flipped = link[:-2] + ("A" if link[-2] != "A" else "B") + link[-1]

    for path in (renewed, flipped, "/invitation/", "/invitation/あ", "/invitation/AAAA"):
        answer = browser.get(path)
        assert answer.status_code in (HTTPStatus.GONE, HTTPStatus.NOT_FOUND), path
    browser.open(link)
    frozen_clock.move(hours=48)
    page = browser.submit({"name": "花子", "password": NEW}, status=HTTPStatus.GONE)

    assert page.says("期限が切れたか、すでに使われたか")
    assert db.session.scalars(sa.select(Account.password_hash)).all() == [None]


@pytest.mark.usefixtures("app")
def test_a_bad_password_is_explained_and_the_name_stays(
    browser: Browser, settings: Settings, frozen_clock: FrozenClock
) -> None:
    browser.open(link_for(settings, frozen_clock))

    page = browser.submit({"name": "花子", "password": "short"})
    assert page.says("＊パスワードは15文字以上にしてください。")
    page = browser.submit({"name": "", "password": ""})
    assert page.says("お名前を入力してください。")
    assert page.says("パスワードを入力してください。")
    page = browser.submit({"name": "花子", "password": "つくばみらい市つくばみらい市2026"})

    assert page.says("推測されやすいため使えません。")
    assert page.value_of("name") == "花子"
    assert page.value_of("password") == ""


@pytest.mark.usefixtures("app")
def test_a_forgotten_password_reads_the_same_for_everybody(browser: Browser) -> None:
    account = make_account()
    texts = []

    for email in (account.email, "nobody@example.jp"):
        browser.open("/password/forgotten")
        page = browser.submit({"email": email})
        texts.append(page.text)

    assert texts[0] == texts[1]
    recipients = db.session.scalars(sa.select(OutboxMessage.recipient)).all()
    assert recipients == [account.email]


@pytest.mark.usefixtures("app")
def test_a_new_password_needs_no_name_again(browser: Browser, settings: Settings) -> None:
    account = make_account(role=StaffRole.VIEWER)
    browser.open("/password/forgotten")
    browser.submit({"email": account.email})
    invitation_id = db.session.scalars(sa.select(Invitation.public_id)).one()

    browser.open(f"/invitation/{settings.keys.invitation_token(invitation_id)}")
    browser.submit({"password": NEW})

    sign_in(browser, account, NEW)
    assert browser.open("/").says(account.name)


@pytest.mark.usefixtures("app")
def test_what_is_stored_of_a_session_opens_nothing(browser: Browser) -> None:
    cookie = sign_in(browser, make_account(role=StaffRole.ADMIN))

    stored = db.session.scalars(sa.select(SignInSession.token_hash)).one()

    assert len(stored) == 64
    assert stored not in cookie
