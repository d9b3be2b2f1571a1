"""受付用リンク: made, shown as a sheet with a QR code, made useless."""

from http import HTTPStatus

import segno
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import NoResultFound

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.participation import queries, services
from kyodo_match.participation.errors import ParticipationRefused
from kyodo_match.participation.rules import LinkState
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.participation.views_group.reception import back
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import settings


@bp.route("/group/slots/<slot_id>/reception/links", methods=["POST"])
@policy("reception")
def make_link(slot_id: str) -> ResponseReturnValue:
    try:
        link_id = services.make_link(slot_id=slot_id, now=clock.now(), actor=actor())
    except ParticipationRefused as refusal:
        flash(explain(refusal), "error")
        return back(slot_id, "links")
    return redirect(url_for(".sheet", slot_id=slot_id, link_id=link_id), HTTPStatus.SEE_OTHER)


@bp.route("/group/slots/<slot_id>/reception/links/<link_id>")
@policy("reception")
def sheet(slot_id: str, link_id: str) -> ResponseReturnValue:
    """The sheet for the door: a QR code of exactly this link, made here and by nobody else."""
    link = queries.link_by_id(db.session(), link_id)
    if link is None or link.slot.public_id != slot_id:
        abort(404)
    state = queries.state_of(link, clock.now())
    if state not in (LinkState.COMING, LinkState.VALID):
        flash(_("このリンクは、もう使えません。新しいリンクを作ってください。"), "warning")
        return back(slot_id, "links")
    address = f"{settings().base_url}/reception/{settings().keys.reception_token(link_id)}"
    return render_template(
        "participation/link_sheet.html",
        slot=link.slot,
        link=link,
        address=address,
        code=_svg(address),
    )


@bp.route("/group/slots/<slot_id>/reception/links/<link_id>/revoke", methods=["POST"])
@policy("reception")
def revoke_link(slot_id: str, link_id: str) -> ResponseReturnValue:
    try:
        services.revoke_link(slot_id=slot_id, link_id=link_id, now=clock.now(), actor=actor())
    except NoResultFound:
        abort(404)
    flash(_("リンクを使えなくしました。開いていたスマートフォンでも使えません。"), "success")
    return back(slot_id, "links")


def _svg(address: str) -> Markup:
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(omitsize=True, svgclass="qr__code")
    return Markup(svg)  # noqa: S704 - paths of squares; the address is not in it as text
