"""What must be true of every page, whoever fetches it and whatever it shows."""

import re
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

import html5lib

_DATA_SCRIPTS = {"application/json", "application/ld+json"}
_REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "headers")
_FETCHED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "object": ("data",),
    "embed": ("src",),
    "link": ("href",),
    "form": ("action",),
    "button": ("formaction",),
    "input": ("src", "formaction"),
}
_UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
_LABELLED = {"input", "select", "textarea"}


def text_of(element: Element) -> str:
    """What a reader reads in an element, spaces squeezed."""
    return " ".join("".join(element.itertext()).split())


def parse(source: str, path: str) -> Element:
    """Parse as HTML5; fails at the first thing a validator would complain of."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree: Element = parser.parse(source)
    if parser.errors:
        (line, _column), code, facts = parser.errors[0]
        shown = source.splitlines()[max(0, line - 2) : line + 1]
        raise AssertionError(f"{path} line {line}: {code} {facts}\n" + "\n".join(shown))
    return tree


def check_page(source: str, headers: Mapping[str, str], *, path: str) -> Element:
    """Give the parsed page; fail with everything that is wrong with it, whatever it shows."""
    tree = parse(source, path)
    wrong = list(_faults(tree, headers))
    if wrong:
        raise AssertionError(f"{path}:\n  " + "\n  ".join(wrong))
    return tree


def _faults(tree: Element, headers: Mapping[str, str]) -> Iterator[str]:
    titles = [text_of(node) for node in tree.iter("title")]
    if len(titles) != 1 or not titles[0]:
        yield f"titles: {titles}"
    headings = [text_of(node) for node in tree.iter("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"h1: {headings}"
    if not tree.get("lang"):
        yield "html without lang"
    yield from _faults_of_ids(tree)
    yield from _faults_of_labels(tree)
    yield from _faults_of_policy(tree, headers)
    yield from _faults_of_addresses(tree)


def _faults_of_ids(tree: Element) -> Iterator[str]:
    ids = Counter(value for node in tree.iter() if (value := node.get("id")) is not None)
    yield from (f"id {name!r} {count} times" for name, count in ids.items() if count > 1)
    for node in tree.iter():
        wanted = {name: (node.get(name) or "").split() for name in _REFERENCES}
        if node.tag == "label" and node.get("for") is not None:
            wanted["for"] = [node.get("for", "")]
        if (href := node.get("href", "")).startswith("#") and href != "#":
            wanted["href"] = [urllib.parse.unquote(href[1:])]
        for attribute, names in wanted.items():
            yield from (
                f'{node.tag} {attribute}="{name}" leads nowhere'
                for name in names
                if name not in ids
            )


def _faults_of_labels(tree: Element) -> Iterator[str]:
    named = {node.get("for") for node in tree.iter("label") if text_of(node)}
    wrapped = {id(node) for label in tree.iter("label") for node in label.iter()}
    for node in tree.iter():
        if node.tag not in _LABELLED or node.get("type") in _UNLABELLED or node.get("aria-label"):
            continue
        if not (node.get("id") in named or id(node) in wrapped or node.get("aria-labelledby")):
            yield f"{node.tag} {node.get('name')} has no label"
    yield from (
        f"img {n.get('src')} without alt" for n in tree.iter("img") if n.get("alt") is None
    )


def _faults_of_policy(tree: Element, headers: Mapping[str, str]) -> Iterator[str]:
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy:
        yield f"Content-Security-Policy: {policy or 'missing'}"
    nonce = re.search(r"'nonce-([^']+)'", policy)
    for node in tree.iter():
        if node.tag == "style" or node.get("style") is not None:
            yield f"inline style on {node.tag}"
        yield from (f"{node.tag} {name}=" for name in node.attrib if name.startswith("on"))
    for node in tree.iter("script"):
        if node.get("type") in _DATA_SCRIPTS:
            continue
        if not node.get("src"):
            yield "inline script"
        if nonce is None or node.get("nonce") != nonce[1]:
            yield f"script {node.get('src')}: nonce {node.get('nonce')} is not the header's"


def _faults_of_addresses(tree: Element) -> Iterator[str]:
    for tag, attributes in _FETCHED.items():
        for node in tree.iter(tag):
            if tag == "link" and node.get("rel") in ("canonical", "alternate"):
                continue
            for attribute in attributes:
                value = (node.get(attribute) or "").strip()
                if re.match(r"([a-z][a-z0-9+.-]*:)?//|javascript:", value, re.IGNORECASE):
                    yield f"{tag} {attribute}={value} is somebody else's"
    for node in tree.iter("a"):
        if re.match(r"\s*javascript:", node.get("href") or "", re.IGNORECASE):
            yield "a javascript: link"
