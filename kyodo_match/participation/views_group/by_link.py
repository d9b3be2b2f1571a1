"""The reception by a link: one day on any phone for twelve hours, names only, no sign-in."""

from datetime import datetime
from http import HTTPStatus

from flask import (
    Response,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation import queries, rules
from kyodo_match.participation.models import ReceptionLink
from kyodo_match.participation.queries.history import LINK_ACTOR
from kyodo_match.participation.rules import LinkState
from kyodo_match.participation.views_group import acts
from kyodo_match.participation.views_group.acts import Desk
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.settings.queries import office
from kyodo_match.web.forms import Form
from kyodo_match.web.policies import Verdict, policy
from kyodo_match.web.responses import no_store, settings


def has_a_link(_view_args: dict[str, object]) -> Verdict:
    """A good link; without one, a page that says what to do instead of a bare refusal."""
    kept = request.cookies.get(_cookie_name(), "")
    g.reception_link = _good_or_told(settings().keys.reception_of_pass(kept))
    return Verdict.ALLOWED


def _cookie_name() -> str:
    return "__Host-reception" if settings().is_https else "reception"


def _good_or_told(link_id: str | None) -> ReceptionLink:
    """The link, if it opens its reception now; else end the request with what became of it."""
    link = queries.link_by_id(db.session(), link_id) if link_id else None
    why, status = _obstacle(link)
    if link is None or why:
        page = render_template(
            "participation/link_over.html",
            why=why,
            opens_at=link and _opens_at(link),
            office=office(db.session()),
        )
        abort(no_store((page, status)))
    return link


def _obstacle(link: ReceptionLink | None) -> tuple[str, int]:
    """Why a link opens nothing, with the status that says so; "" where it does."""
    if link is None:
        return "unknown", HTTPStatus.NOT_FOUND
    if link.slot.status is SlotStatus.CANCELLED:
        return "cancelled", HTTPStatus.GONE
    state = queries.state_of(link, clock.now())
    if state is LinkState.VALID:
        return "", HTTPStatus.OK
    return str(state), HTTPStatus.NOT_FOUND if state is LinkState.COMING else HTTPStatus.GONE


def _opens_at(link: ReceptionLink) -> datetime:
    return rules.link_opens_at(valid_from=link.valid_from, starts_at=link.slot.starts_at)


@bp.route("/reception/<token>")
@policy("anyone")
def open_link(token: str) -> ResponseReturnValue:
    """Keep a pass on this phone and leave the address with the token at once."""
    link = _good_or_told(settings().keys.reception_of_token(token))
    answer = no_store(redirect("/reception", HTTPStatus.SEE_OTHER))
    answer.set_cookie(
        _cookie_name(),
        settings().keys.reception_pass(link.public_id),
        max_age=int((link.expires_at - clock.now()).total_seconds()),
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return answer


def _page(**forms: Form) -> Response:
    link: ReceptionLink = g.reception_link
    day = queries.reception_day(db.session(), link.slot)
    return no_store(
        render_template(
            "participation/by_link.html",
            base="/reception",
            link=link,
            **acts.shown(day, forms),
            marks_open=True,  # a link is not good before marks are
            is_late=False,  # nor after the day after
        )
    )


def _desk() -> Desk:
    """The day of this phone's link, and how the record names the link.

    A page that was left open while the phone read another day's code must not count there.
    """
    link: ReceptionLink = g.reception_link
    address = url_for(".reception_by_link")
    if request.form.get("link", link.public_id) != link.public_id:
        flash(
            _(
                "このスマートフォンは、別の日の受付に切り替わりました。"
                "下の内容を確かめてから、もう一度押してください。"
            ),
            "warning",
        )
        abort(redirect(address, HTTPStatus.SEE_OTHER))
    actor = LINK_ACTOR + link.public_id
    return Desk(link.slot.public_id, actor, address, _page, by_link=True)


@bp.route("/reception")
@policy("reception_link")
def reception_by_link() -> ResponseReturnValue:
    return _page()


@bp.route("/reception", methods=["POST"])
@policy("reception_link")
def mark_by_link() -> ResponseReturnValue:
    return _page() if "q" in request.form else acts.mark(_desk())


@bp.route("/reception/tap", methods=["POST"])
@policy("reception_link")
def tap_by_link() -> ResponseReturnValue:
    return acts.tap(_desk())


@bp.route("/reception/walk-in", methods=["POST"])
@policy("reception_link")
def walk_in_by_link() -> ResponseReturnValue:
    return acts.walk_in(_desk())


@bp.route("/reception/heads", methods=["POST"])
@policy("reception_link")
def heads_by_link() -> ResponseReturnValue:
    return acts.heads(_desk())


@bp.route("/reception/close", methods=["POST"])
@policy("reception_link")
def close_by_link() -> ResponseReturnValue:
    """受付を終える: a borrowed phone forgets its pass; the link stays good for others."""
    answer = make_response(redirect("/", HTTPStatus.SEE_OTHER))
    answer.delete_cookie(
        _cookie_name(), path="/", secure=settings().is_https, httponly=True, samesite="Lax"
    )
    flash(_("このスマートフォンでの受付を終えました。"), "success")
    return answer
