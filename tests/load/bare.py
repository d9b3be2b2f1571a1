"""The yardstick: a Flask page from a Jinja template, without database, session or rules.

Served by gunicorn in the layout of the product's own server. `/bare/<size>` is a page of about
that many bytes, built by a loop as a list is.
"""

from flask import Flask
from flask.typing import ResponseReturnValue

_TEMPLATE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><main>
{% for card in cards %}
<li><a href="/bare/{{ card.id }}">{{ card.title }}</a><p>{{ card.text }}</p></li>
{% endfor %}
</main></body></html>"""
_CARD_BYTES = 700

app = Flask("bare")
_page = app.jinja_env.from_string(_TEMPLATE)


@app.route("/healthz")
def healthz() -> ResponseReturnValue:
    return {"status": "ok"}


@app.route("/bare/<int:size>", methods=["GET", "POST"])
def bare(size: int) -> ResponseReturnValue:
    """A page of about `size` bytes."""
    count = max(size // _CARD_BYTES, 1)
    cards = [{"id": n, "title": f"題 {n}", "text": "あ" * 200} for n in range(count)]
    return _page.render(title="題", cards=cards)
