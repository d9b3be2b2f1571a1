"""/draws: every draw for everybody, from its announcement to its record."""

import json
from http import HTTPStatus

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.matching.models.rounds import Round
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.queries.rounds import all_rounds, classes_of, public_round
from kyodo_match.matching.rules.ceremony import is_record_public, record_until
from kyodo_match.matching.rules.entering import read_entry_number
from kyodo_match.matching.rules.rounds import RoundStatus
from kyodo_match.matching.views.blueprint import bp
from kyodo_match.settings.queries import office
from kyodo_match.web.paging import page_number
from kyodo_match.web.policies import may, policy
from kyodo_match.web.responses import no_store, public

_LONGEST = 20


@bp.route("/draws")
@policy("anyone")
def draws() -> ResponseReturnValue:
    page = render_template("matching/draws/index.html", rounds=_seen(), now=clock.now())
    return public(page)


@bp.route("/draws.json")
@policy("anyone")
def draws_json() -> ResponseReturnValue:
    return _json(
        [{"id": one.public_id, "title": one.title, "status": one.status.value} for one in _seen()]
    )


def _seen() -> list[Round]:
    """All rounds; drafts only for who works in the office."""
    rounds = all_rounds(db.session())
    if may("viewer"):
        return list(rounds)
    return [one for one in rounds if one.status is not RoundStatus.DRAFT]


@bp.route("/draws/<round_id>")
@policy("anyone")
def show_draw(round_id: str) -> ResponseReturnValue:
    one, session, now = _round_or_404(round_id), db.session(), clock.now()
    shown = is_record_public(one.published_at, now=now)
    asked = _asked_entry()
    drawn = shown and one.drawn_at is not None
    listed = queries.table(session, one, entry=asked, page=page_number()) if drawn else None
    page = render_template(
        "matching/draws/show.html",
        round=one,
        classes=classes_of(one),
        now=now,
        office=office(session),
        shown=shown,
        until=record_until(one.published_at) if one.published_at else None,
        lines=(one.manifest or "").count("\n"),
        asked=asked,
        table=listed,
        last_placed=queries.last_placed(session, one) if drawn else {},
        supplements=queries.supplements_of(session, one) if drawn else (),
    )
    return public(page)


def _asked_entry() -> str:
    """The 抽選番号 that is looked for: 「ａ１２」 does as well."""
    typed = request.args.get("entry", "").strip()[:_LONGEST]
    return read_entry_number(typed) or typed


@bp.route("/draws/<round_id>.json")
@policy("anyone")
def draw_json(round_id: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    if not is_record_public(one.published_at, now=clock.now()):
        abort(HTTPStatus.GONE)
    if one.manifest is None:
        return _json(queries.announcement_of(one))
    tag = queries.record_tag(one)
    known = request.if_none_match.contains(tag) and not may("viewer")
    answer = (
        public(Response(status=HTTPStatus.NOT_MODIFIED))
        if known
        else _json(queries.record_of(one))
    )
    answer.set_etag(tag)
    return answer


@bp.route("/draws/<round_id>/supplements/<supplement_id>.json")
@policy("anyone")
def supplement_json(round_id: str, supplement_id: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    if not is_record_public(one.published_at, now=clock.now()):
        abort(HTTPStatus.GONE)
    records = {each.public_id: each.record for each in queries.supplements_of(db.session(), one)}
    return _json(records.get(supplement_id) or abort(HTTPStatus.NOT_FOUND))


def _round_or_404(round_id: str) -> Round:
    return public_round(db.session(), round_id) or abort(HTTPStatus.NOT_FOUND)


def _json(value: object) -> Response:
    """As it is checked: no escapes, so that people can read it too."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    answer = Response(f"{text}\n", mimetype="application/json")
    return no_store(answer) if may("viewer") else public(answer)
