"""Home, help, desks, health, and what people read when something went wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.core.errors import Busy, DomainError
from kyodo_match.core.limits import LOOK_UP_RECEIPT, TooOften
from kyodo_match.core.messages import explain
from kyodo_match.notifications import services as notifications
from kyodo_match.web.policies import policy
from tests.support.clock import FrozenClock
from tests.support.databases import close_connections, new_app
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.pages import Browser

People = Callable[[], Browser]


# --- for everyone ------------------------------------------------------------


def test_home_shows_what_is_coming_and_how_it_works(browser: Browser) -> None:
    opportunity = make_opportunity(title="花壇づくり")
    make_slot(opportunity=opportunity)

    page = browser.open("/")

    assert "花壇づくり" in page.text
    assert "参加までの流れ" in page.text
    assert page.headers["Cache-Control"] == "no-cache"


def test_home_says_what_to_do_where_nothing_is_coming(browser: Browser) -> None:
    page = browser.open("/")

    assert "いま募集している活動はありません" in page.text
    assert page.link("活動している団体を見る") == "/groups"


def test_home_of_somebody_signed_in_is_kept_nowhere(browser: Browser) -> None:
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    page = browser.open("/")

    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/help", "キャンセル待ち"),
        ("/help", "抽選だけに使う番号です。"),
        ("/help", "「お知らせだけを止める」のリンクを開きます。"),
        ("/privacy", "いつまで持つか"),
        (
            "/privacy",
            "お名前と受付番号は載りません。抽選番号は、ご本人だけに",
        ),
        ("/privacy", "「伝えてよい」と答えた方の分だけを伝えます。断ったことは伝えません"),
        ("/privacy", "登録を確かめなかったものは、7日で消えます"),
        ("/privacy", "この説明の版：2026-11-22"),
        ("/accessibility", "JIS X 8341-3:2016"),
    ],
)
def test_statements_are_there_for_everyone(browser: Browser, path: str, words: str) -> None:
    page = browser.open(path)

    assert words in page.text


# --- health ------------------------------------------------------------


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_answers_any_host(app: Flask, path: str) -> None:
    answer = app.test_client().get(path, base_url="http://10.0.0.7:8000")

    assert answer.status_code in {200, 503}
    assert answer.is_json


def test_ready_needs_a_worker_that_beats(
    browser: Browser, now: datetime, frozen_clock: FrozenClock
) -> None:
    before = browser.get("/readyz")
    notifications.beat(name="here", now=now)
    beating = browser.get("/readyz")
    frozen_clock.move(minutes=3)
    silent = browser.get("/readyz")

    assert (before.status_code, before.json["worker"]) == (503, "silent")  # type: ignore[index]
    assert (beating.status_code, beating.json["status"]) == (200, "ok")  # type: ignore[index]
    assert (silent.status_code, silent.json["worker"]) == (503, "silent")  # type: ignore[index]


def test_ready_says_when_migrations_are_behind(browser: Browser) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))

    answer = browser.get("/readyz")

    assert answer.status_code == 503
    assert answer.json["migrations"] == "behind"  # type: ignore[index]


def test_ready_says_when_the_database_is_gone(settings: Settings) -> None:
    gone = new_app(replace(settings, database_url="postgresql://nobody@127.0.0.1:9/none"))

    answer = gone.test_client().get("/readyz")

    assert answer.status_code == 503
    assert b'"database":"unreachable"' in answer.data


# --- what went wrong ------------------------------------------------------------


class Refusal(DomainError):
    """A refusal that no view expects."""


@explain.register
def _(_error: Refusal) -> str:
    return "この操作は、いまはできません。"


@pytest.fixture
def failing(settings: Settings) -> Iterator[Browser]:
    """A person at an installation whose every page fails in its own way."""
    broken = new_app(settings)
    broken.config["PROPAGATE_EXCEPTIONS"] = False  # as when it is served
    errors: dict[str, Exception] = {
        "refused": Refusal(),
        "busy": Busy(),
        "often": TooOften(LOOK_UP_RECEIPT, COMING),
        "bug": RuntimeError("石川 花子"),
        "database": sa.exc.OperationalError("SELECT 1", {}, Exception("locked")),
        "missing": sa.exc.NoResultFound(),
    }

    def fail(kind: str) -> str:
        raise errors[kind]

    broken.add_url_rule("/fail/<kind>", "fail", policy("anyone")(fail))
    yield Browser(broken, base_url=settings.base_url)
    with broken.app_context():
        close_connections()


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("refused", 409, "この操作は、いまはできません。"),
        ("busy", 503, "まだ何も受け付けていません"),
        ("often", 429, "2026年12月12日（土）9:30以降に"),
        ("bug", 500, "不具合は記録され"),
        ("database", 503, "少し待ってから"),
        ("missing", 404, "ページが見つかりません"),
    ],
)
def test_whatever_goes_wrong_is_said_in_plain_words(
    failing: Browser, kind: str, status: int, words: str
) -> None:
    page = failing.open(f"/fail/{kind}", status=status)

    assert words in page.text
    assert "石川" not in page.text
    assert ("Retry-After" in page.headers) is (status in {429, 503})
    assert page.headers["Cache-Control"] == "no-store"


def test_an_unknown_address_leads_on(browser: Browser) -> None:
    page = browser.open("/nowhere", status=404)

    assert page.link("活動を見つける") == "/opportunities"


def test_a_button_s_address_opened_by_hand_is_explained(browser: Browser) -> None:
    answer = browser.get("/signout")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "画面のボタンを押してください" in answer.text


def test_a_form_without_its_token_says_what_to_do(browser: Browser) -> None:
    answer = browser.post("/signin", {"email": "a@example.jp", "password": "x"})

    assert answer.status_code == 400
    assert "まだ何も受け付けていません" in answer.text
    assert "Cookie" in answer.text


def test_more_than_a_form_can_hold_is_refused(browser: Browser) -> None:
    answer = browser.post("/signin", {"email": "a" * 10_000_000})

    assert answer.status_code == 413
    assert "短く" in answer.text


def test_an_unknown_host_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/", base_url="http://evil.example")

    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/staff/", "/group/"])
def test_a_stranger_is_sent_to_sign_in(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    assert (answer.status_code, answer.location) == (302, "/signin")
