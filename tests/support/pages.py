"""A person with a browser: fetches pages, checks each one, fills in the form that is on it."""

import contextvars
import io
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.support.page_checks import check_page, text_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

Typed: TypeAlias = str | bool | Sequence[str]
Data: TypeAlias = Mapping[str, Typed]

_BUTTONS = {"submit", "image"}
_CONTROLS = {"input", "select", "textarea", "button"}


@dataclass(frozen=True)
class Form:
    """A form as a browser has it before anybody types."""

    element: Element
    page: "Page"

    @property
    def method(self) -> str:
        return self.element.get("method", "get").upper()

    @property
    def action(self) -> str:
        return urllib.parse.urljoin(self.page.path, self.element.get("action") or self.page.path)

    @property
    def controls(self) -> list[Element]:
        """Enabled, named controls in page order, those attached by `form=` included."""
        own = self.element.get("id")
        inside = {id(node) for node in self.element.iter() if node.get("form") in (None, own)}
        return [
            node
            for node in self.page.tree.iter()
            if node.tag in _CONTROLS
            and (id(node) in inside or (own and node.get("form") == own))
            and node.get("disabled") is None
        ]

    @property
    def names(self) -> set[str]:
        return {name for node in self.controls if (name := node.get("name"))}

    def buttons(self, text: str | None = None) -> list[Element]:
        """Its submit buttons, or those with a text."""
        found = [node for node in self.controls if _is_button(node)]
        return found if text is None else [b for b in found if text in _button_text(b)]

    def filled(self, data: Data, press: str | None) -> list[tuple[str, str]]:
        """Name and value of all that a browser would send; fails on what nobody could type."""
        if strangers := set(data) - self.names:
            raise AssertionError(f"the form {self.action} has no field {sorted(strangers)}")
        sent: list[tuple[str, str]] = []
        for node in self.controls:
            name = node.get("name")
            if name and not _is_button(node) and node.get("type") != "file":
                sent += [(name, value) for value in _values(node, data.get(name), self)]
        buttons = self.buttons(press)
        if press is not None and not buttons:
            raise AssertionError(f"the form {self.action} has no button 「{press}」")
        if buttons and (name := buttons[0].get("name")):
            sent.append((name, buttons[0].get("value", "")))
        return sent


@dataclass(frozen=True)
class Page:
    """A fetched page, already checked."""

    path: str
    status: int
    headers: Mapping[str, str]
    html: str
    tree: Element

    @property
    def title(self) -> str:
        return text_of(self._one("title"))

    @property
    def h1(self) -> str:
        return text_of(self._one("h1"))

    @property
    def main(self) -> Element:
        return self._one("main")

    @property
    def text(self) -> str:
        """What stands in the body."""
        return text_of(self._one("body"))

    @property
    def forms(self) -> list[Form]:
        return [Form(element, self) for element in self.tree.iter("form")]

    def says(self, words: str) -> bool:
        """Whether a reader finds these words, however they are broken over lines."""
        return "".join(words.split()) in "".join(self.text.split())

    def links(self, text: str | None = None) -> list[str]:
        """Addresses of the links, or of those with a text."""
        return [
            node.get("href", "")
            for node in self.tree.iter("a")
            if node.get("href") and (text is None or text in text_of(node))
        ]

    def link(self, text: str) -> str:
        """The address of the first link with a text; fails where there is none."""
        found = self.links(text)
        if not found:
            raise AssertionError(f"no link 「{text}」 on {self.path}: {self.text[:500]}")
        return found[0]

    def by_id(self, name: str) -> Element:
        """The element with an id; fails where there is none."""
        for node in self.tree.iter():
            if node.get("id") == name:
                return node
        raise AssertionError(f"no #{name} on {self.path}")

    def by_class(self, name: str) -> list[Element]:
        """All elements with a class, in page order."""
        return [node for node in self.tree.iter() if name in node.get("class", "").split()]

    def value_of(self, name: str) -> str:
        """What stands in the field of that name now."""
        for form in self.forms:
            for node in form.controls:
                if node.get("name") == name:
                    return next(iter(_values(node, None, form)), "")
        raise AssertionError(f"no field {name} on {self.path}")

    def form_with(self, names: set[str], press: str | None) -> Form:
        """The form that has these fields and that button; the one in <main> where several do."""
        fitting = [f for f in self.forms if names <= f.names and (not press or f.buttons(press))]
        inside = {id(node) for node in self.tree.iter("main") for node in node.iter()}
        if len(fitting) > 1:
            fitting = [f for f in fitting if id(f.element) in inside] or fitting
        if len(fitting) > 1 and not names:
            fitting = [f for f in fitting if f.method == "POST"] or fitting
        if len(fitting) != 1:
            there = [(f.action, sorted(f.names)) for f in self.forms]
            wanted = f"{sorted(names)} 「{press or ''}」"
            raise AssertionError(f"{len(fitting)} forms fit {wanted} on {self.path}: {there}")
        return fitting[0]

    def _one(self, tag: str) -> Element:
        found = next(self.tree.iter(tag), None)
        if found is None:
            raise AssertionError(f"no <{tag}> on {self.path}")
        return found


class Browser:
    """One person, who sees one page at a time.

    Every request runs in a context of its own: what one person's request leaves in `g`, the next
    person's must not find, and a fixture's open app context would share it.
    """

    def __init__(self, app: Flask, *, base_url: str = "http://localhost") -> None:
        self._client: FlaskClient = app.test_client()
        self._base_url = base_url
        self._page: Page | None = None
        self._fetched = Element("html")

    @property
    def page(self) -> Page:
        """The page this person looks at."""
        if self._page is None:
            raise AssertionError("no page is open")
        return self._page

    def open(self, path: str, *, status: int = HTTPStatus.OK) -> Page:
        """Go to an address, along redirects, and look at what comes."""
        return self._land(self.get(path), path, status)

    def submit(
        self, data: Data | None = None, *, press: str | None = None, status: int = HTTPStatus.OK
    ) -> Page:
        """Fill in the form on the page, press its (first, or the named) button, see what comes."""
        form = self.page.form_with(set(data or {}), press)
        sent = form.filled(data or {}, press)
        if form.method == "GET":
            path = f"{form.action.partition('?')[0]}?{urllib.parse.urlencode(sent)}"
            return self._land(self.get(path), path, status)
        return self._land(self.post(form.action, sent), form.action, status)

    def submit_to(self, action: str, data: Data | None = None) -> Page:
        """Fill in the form that goes to an address: for one of many alike on the page."""
        form = next(form for form in self.page.forms if form.action == action)
        return self._land(self.post(action, form.filled(data or {}, None)), action, HTTPStatus.OK)

    def follow(self, text: str, *, status: int = HTTPStatus.OK) -> Page:
        """Click the first link with a text."""
        return self.open(urllib.parse.urljoin(self.page.path, self.page.link(text)), status=status)

    def get(self, path: str) -> "TestResponse":
        """Fetch one answer as it is, redirects not followed; an HTML page is checked."""
        return self._request("GET", path, None)

    def post(self, path: str, data: Sequence[tuple[str, str]] | Data) -> "TestResponse":
        """Post what no form has made: for what a browser would not send."""
        pairs = data.items() if isinstance(data, Mapping) else data
        body = urllib.parse.urlencode([(k, v) for k, v in pairs], doseq=True)
        return self._request("POST", path, body)

    def upload(self, data: Data, *, file: tuple[str, bytes], field: str = "file") -> Page:
        """Fill in the form on the page that takes a file, choose one, see what comes."""
        form = self.page.form_with({*data, field}, None)
        sent: dict[str, Any] = dict(form.filled(data, None))
        sent[field] = FileStorage(io.BytesIO(file[1]), filename=file[0])

        def send() -> "TestResponse":
            boundary, body = encode_multipart(sent)
            kind = f"multipart/form-data; boundary={boundary}"
            return self._client.post(
                form.action, data=body, content_type=kind, base_url=self._base_url
            )

        response = contextvars.Context().run(send)
        if response.mimetype == "text/html" and response.status_code not in range(300, 400):
            self._fetched = check_page(response.text, dict(response.headers), path=form.action)
        return self._land(response, form.action, HTTPStatus.OK)

    def _request(self, method: str, path: str, body: str | None) -> "TestResponse":
        def send() -> "TestResponse":
            return self._client.open(
                path,
                method=method,
                data=body,
                base_url=self._base_url,
                content_type=body and "application/x-www-form-urlencoded",
            )

        response = contextvars.Context().run(send)
        if response.mimetype == "text/html" and response.status_code not in range(300, 400):
            self._fetched = check_page(response.text, dict(response.headers), path=path)
        return response

    def _land(self, response: "TestResponse", path: str, status: int) -> Page:
        for _ in range(10):
            if response.status_code not in range(300, 400):
                break
            target = urllib.parse.urlsplit(urllib.parse.urljoin(path, response.location))
            path = urllib.parse.urlunsplit(("", "", target.path, target.query, ""))
            response = self.get(path)
        if response.status_code != status:
            raise AssertionError(
                f"{path}: {response.status}, not {status}\n{response.text[:2000]}"
            )
        if response.mimetype != "text/html":
            raise AssertionError(f"{path} is {response.mimetype}: use get()")
        headers = dict(response.headers)
        self._page = Page(path, response.status_code, headers, response.text, self._fetched)
        return self._page


def _is_button(node: Element) -> bool:
    kind = node.get("type")
    if node.tag == "button":
        return kind in (None, "", "submit")
    return node.tag == "input" and kind in _BUTTONS


def _button_text(node: Element) -> str:
    return text_of(node) or node.get("value", "") or node.get("aria-label", "")


def _values(node: Element, typed: Typed | None, form: Form) -> list[str]:
    """What one control sends, given what somebody typed into it (None: left as it is)."""
    kind = node.get("type", "")
    if node.tag == "button" or kind in ("button", "reset"):
        return []
    if node.tag == "select":
        return _chosen(node, typed, form)
    if node.tag == "textarea":
        return [typed if isinstance(typed, str) else (node.text or "").removeprefix("\n")]
    if kind in ("checkbox", "radio"):
        return _ticked(node, typed, form)
    if typed is None:
        return [node.get("value", "")]
    if isinstance(typed, str):
        return [typed]
    raise AssertionError(f"{node.get('name')} takes text, not {typed!r}")


def _ticked(node: Element, typed: Typed | None, form: Form) -> list[str]:
    value = node.get("value", "on")
    if typed is None:
        return [value] if node.get("checked") is not None else []
    if isinstance(typed, bool):
        return [value] if typed else []
    wanted = [typed] if isinstance(typed, str) else list(typed)
    offered = {n.get("value", "on") for n in form.controls if n.get("name") == node.get("name")}
    if missing := set(wanted) - offered:
        raise AssertionError(f"{node.get('name')} does not offer {sorted(missing)}")
    return [value] if value in wanted else []


def _chosen(node: Element, typed: Typed | None, form: Form) -> list[str]:
    options = {
        option.get("value", text_of(option)): option.get("selected") is not None
        for option in node.iter("option")
        if option.get("disabled") is None
    }
    if typed is None:
        selected = [value for value, is_selected in options.items() if is_selected]
        return selected or ([] if node.get("multiple") is not None else list(options)[:1])
    if isinstance(typed, bool):
        raise AssertionError(f"{node.get('name')} takes an option, not {typed}")  # noqa: TRY004 - a test's claim
    wanted = [typed] if isinstance(typed, str) else list(typed)
    if missing := set(wanted) - set(options):
        raise AssertionError(f"{node.get('name')} in {form.action} lacks {sorted(missing)}")
    return wanted
