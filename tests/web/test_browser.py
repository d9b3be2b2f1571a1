"""The tests' own browser behaves as people's do, and lets no bad page pass."""

from http import HTTPStatus

import pytest
from flask import Flask, Response, g, redirect, request
from werkzeug.wrappers.response import Response as WerkzeugResponse

from kyodo_match.config import Settings
from tests.support.databases import new_app
from tests.support.page_checks import check_page
from tests.support.pages import Browser

POLICY = "default-src 'none'; script-src 'nonce-abc'"
HEADERS = {"Content-Security-Policy": POLICY}
FORM = """
<form method="post" action="/echo">
  <input type="hidden" name="csrf_token" value="t&amp;1">
  <label>お名前 <input name="name" value="前の値"></label>
  <label>一人 <input type="radio" name="size" value="1" checked></label>
  <label>二人 <input type="radio" name="size" value="2"></label>
  <label>車いす <input type="checkbox" name="support" value="wheelchair"></label>
  <label>手話 <input type="checkbox" name="support" value="sign_language"></label>
  <label>地区
    <select name="district"><option value="">選ぶ</option><option>伊奈</option></select></label>
  <label>備考 <textarea name="note">
そのまま</textarea></label>
  <label>休み <input name="off" value="x" disabled></label>
  <button name="action" value="save">保存する</button>
  <button name="action" value="send">送る</button>
</form>
"""


def page(body: str, *, head: str = "<title>題名</title>", heading: str = "<h1>見出し</h1>") -> str:
    return (
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8">{head}</head>'
        f"<body><main>{heading}{body}</main></body></html>"
    )


@pytest.fixture
def person() -> Browser:
    """Somebody on a small site with one form that tells what was sent."""
    site = Flask("a site of its own")

    @site.after_request
    def _add_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @site.get("/")
    def _form() -> str:
        return page(FORM)

    @site.post("/echo")
    def _echo() -> WerkzeugResponse:
        site.config["SENT"] = list(request.form.items(multi=True))
        return redirect("/", HTTPStatus.SEE_OTHER)

    browser = Browser(site)
    browser.open("/")
    return browser


def sent(person: Browser) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = person._client.application.config["SENT"]  # noqa: SLF001
    return found


def test_two_people_do_not_share_what_a_request_leaves_behind(
    settings: Settings,
) -> None:
    seen: list[bool] = []
    app = new_app(settings)

    @app.before_request
    def _remember() -> None:
        seen.append("visitor" in g)
        g.visitor = "the first"

    first, second = Browser(app), Browser(app)

    first.get("/healthz")
    second.get("/healthz")

    assert seen == [False, False]


def test_an_untouched_form_is_sent_as_it_stands(person: Browser) -> None:
    person.submit()

    assert sent(person) == [
        ("csrf_token", "t&1"),
        ("name", "前の値"),
        ("size", "1"),
        ("district", ""),
        ("note", "そのまま"),
        ("action", "save"),
    ]


def test_what_is_typed_and_pressed_is_what_is_sent(person: Browser) -> None:
    typed = {"name": "山田", "size": "2", "support": ["sign_language"], "district": "伊奈"}

    landed = person.submit(typed, press="送る")

    assert landed.path == "/"
    assert sent(person) == [
        ("csrf_token", "t&1"),
        ("name", "山田"),
        ("size", "2"),
        ("support", "sign_language"),
        ("district", "伊奈"),
        ("note", "そのまま"),
        ("action", "send"),
    ]


@pytest.mark.parametrize(
    "data",
    [{"nome": "山田"}, {"size": "3"}, {"district": "どこか"}, {"off": "y"}],
    ids=["no such field", "no such choice", "no such option", "disabled"],
)
def test_what_nobody_could_type_is_not_sent(person: Browser, data: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        person.submit(data)


def test_a_good_page_passes() -> None:
    script = '<title>題名</title><script src="/static/a.js" nonce="abc" type="module"></script>'

    check_page(page(FORM, head=script), HEADERS, path="/")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (page("<p>", head="<title></title>"), "titles"),
        (page("", heading=""), "h1"),
        (page("<h1>もう一つ</h1>"), "h1"),
        (page("<p id=a></p><p id=a></p>"), "id 'a' 2 times"),
        (page("<div><p></div></p>"), "unexpected"),
        (page('<p style="color:red">赤</p>'), "inline style"),
        (page("<button type=button onclick='x()'>押す</button>"), "onclick"),
        (page("<script>x()</script>"), "inline script"),
        (page('<script src="/a.js" nonce="other"></script>'), "nonce other"),
        (page('<label for="no">名</label>'), 'label for="no"'),
        (page('<input name="a">'), "input a has no label"),
        (page('<p aria-describedby="no">文</p>'), "leads nowhere"),
        (page('<img alt="" src="https://example.com/a.png">'), "somebody else's"),
        (page('<img src="/a.png">'), "without alt"),
    ],
)
def test_a_page_with_a_fault_is_refused(source: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check_page(source, HEADERS, path="/")


def test_a_page_without_a_policy_is_refused() -> None:
    with pytest.raises(AssertionError, match="Content-Security-Policy"):
        check_page(page(""), {}, path="/")
