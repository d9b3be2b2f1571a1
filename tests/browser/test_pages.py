"""Every page that somebody can reach by links in an installation full of data."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from kyodo_match.app import create_app
from tests.browser.conftest import DESK, PHONE
from tests.browser.person import Person, somebody
from tests.support.databases import settings_for
from tests.support.served import Installation, Served, served

pytestmark = pytest.mark.browser

AREAS = ("/staff/", "/group/")
# Whoever has no link of their own does not come here; the story looks at these pages.
OWN_LINKS = {
    "/invitation/<token>",
    "/manage/<token>",
    "/manage",
    "/manage/change",
    "/manage/draw",
    "/manage/entry",
    "/manage/hours",
    "/manage/hours/print",
    "/receipts/<number>",
    "/reception",
    "/reception/<token>",
    "/unsubscribe/<token>",
    "/volunteers/link/<token>",
    "/volunteers/mine",
    "/volunteers/mine/change",
    "/volunteers/sent",
    "/wishes/mine",
    "/wishes/mine/change",
    "/wishes/open/<token>",
    "/wishes/sent",
}
CALENDARS = {"/opportunities.ics", "/opportunities/<opportunity_id>.ics", "/slots/<slot_id>.ics"}
NO_PAGES = {
    "/static/<path:filename>",
    "/healthz",
    "/readyz",
    "/plan.json",
    "/draws.json",
    "/draws/<round_id>.json",
    "/draws/<round_id>/supplements/<supplement_id>.json",
    "/plan.csv",
    "/slots/<slot_id>/draw",  # leads on to the page on which people apply
} | CALENDARS
MOST_PAGES = 150


@dataclass(frozen=True)
class City:
    """The demo's city, served, and how its people sign in: e-mail and password by role."""

    running: Served
    accounts: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    installation = Installation.at(tmp_path_factory.mktemp("demo"))
    installation.run("db", "upgrade")
    lines = [line.split(",") for line in installation.run("demo").stdout.splitlines()]
    with served(installation) as running:
        yield City(running, {role: (email, password) for role, email, password in lines})


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> MapAdapter:
    """The addresses of the application, to tell of what kind a page is."""
    folder = tmp_path_factory.mktemp("addresses")
    app = create_app(settings_for(f"sqlite:///{folder / 'none.db'}", folder))
    return app.url_map.bind("127.0.0.1")


@pytest.fixture
def visitor(city: City, chromium_browser: Browser) -> Iterator[Person]:
    address = city.running.url
    with somebody(chromium_browser, address, width=DESK, java_script=True) as person:
        yield person


def test_public_pages_are_accessible_and_fit(visitor: Person, addresses: MapAdapter) -> None:
    wanted = {rule for rule in pages(addresses) if not rule.startswith(AREAS)} - OWN_LINKS

    looked_at = look_around(visitor, addresses, starts=["/", "/nowhere"], wanted=wanted)

    assert wanted - looked_at == set()


@pytest.mark.parametrize(("role", "area"), [("admin", "/staff/"), ("owner", "/group/")])
def test_pages_of_an_area_are_accessible_and_fit(
    role: str, area: str, city: City, visitor: Person, addresses: MapAdapter
) -> None:
    email, password = city.accounts[role]
    visitor.opens("/signin", "サインイン")
    visitor.types(email=email, password=password)
    visitor.presses("サインインする", {"admin": "業務の机", "owner": "団体の机"}[role])
    wanted = {rule for rule in pages(addresses) if rule.startswith(area)}

    looked_at = look_around(visitor, addresses, starts=[area], wanted=wanted, within=AREAS)

    assert wanted - looked_at == set()


def pages(addresses: MapAdapter) -> set[str]:
    """The rules of all pages that can be opened."""
    rules = addresses.map.iter_rules()
    return {rule.rule for rule in rules if "GET" in (rule.methods or ())} - NO_PAGES


def look_around(
    visitor: Person,
    addresses: MapAdapter,
    *,
    starts: list[str],
    wanted: set[str],
    within: tuple[str, ...] = ("/",),
) -> set[str]:
    """Follow links, one page of each kind first, and judge each kind at both widths.

    Goes on to further pages of a kind while wanted ones have not been met; gives what was.
    """
    waiting, known, opened = list(starts), set(starts), Counter[tuple[str, ...]]()
    for _ in range(MOST_PAGES):
        path = min(waiting, key=lambda path: opened[kind_of(path, addresses)], default=None)
        if path is None:
            break
        kind = kind_of(path, addresses)
        if opened[kind] and not wanted - {rule for rule, *_asked in opened}:
            break
        waiting.remove(path)
        visitor.page.goto(visitor.address + path)
        if not opened[kind]:
            judge_at_both_widths(visitor)
        opened[kind] += 1
        found = [path for path in links(visitor) if path.startswith(within) and path not in known]
        known.update(found)
        waiting += [path for path in found if kind_of(path, addresses)[0] not in NO_PAGES]
    return {rule for rule, *_asked in opened}


def judge_at_both_widths(visitor: Person) -> None:
    for width in (DESK, PHONE):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.judges()


def links(visitor: Person) -> list[str]:
    """Paths of this site to which the page links, in order, each once."""
    found = visitor.page.locator("a[href]").evaluate_all("nodes => nodes.map(node => node.href)")
    inside = [link.partition("#")[0] for link in found if link.startswith(visitor.address)]
    return list(dict.fromkeys(link.removeprefix(visitor.address) for link in inside))


def kind_of(path: str, addresses: MapAdapter) -> tuple[str, ...]:
    """The rule that a path belongs to, and the names that its query has."""
    parts = urlsplit(path)
    asked = sorted({name for name, _value in parse_qsl(parts.query)} - {"page"})
    try:
        rule, _values = addresses.match(parts.path, method="GET", return_rule=True)
    except HTTPException:
        return ("", *asked)
    return (rule.rule, *asked)
