"""実績が未記入の日: the list, and asking groups with one click."""

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.paging import paged
from kyodo_match.opportunities.queries import slot_by_id
from kyodo_match.participation import queries, rules, services
from kyodo_match.participation.views_staff.blueprint import bp
from kyodo_match.web.paging import page_number
from kyodo_match.web.people import actor
from kyodo_match.web.policies import may, policy
from kyodo_match.web.pressed import pressed

_DAYS_A_PAGE = 50


@bp.route("/staff/unmarked")
@policy("viewer")
def unmarked() -> ResponseReturnValue:
    """Nobody's name is on it: viewers see it too."""
    now, session = clock.now(), db.session()
    total = queries.unmarked_count(session, now=now)
    page, pages = paged(page_number(), total=total, size=_DAYS_A_PAGE)
    days = queries.unmarked_days(
        session, now=now, limit=_DAYS_A_PAGE, offset=(page - 1) * _DAYS_A_PAGE
    )
    return render_template(
        "participation/staff_unmarked.html",
        days=days,
        total=total,
        page=page,
        pages=pages,
        writers=queries.writers(session, [day.group_key for day in days], now=now),
        now=now,
        rules=rules,
        acts=may("coordinator"),
    )


@bp.route("/staff/unmarked/ask", methods=["POST"])
@policy("coordinator")
def ask_all() -> ResponseReturnValue:
    asked = services.ask_all_for_marks(now=clock.now(), actor=actor())
    if asked.days:
        flash(
            _(
                "%(days)s日分の記入を団体にお願いしました（メール%(letters)s通）。",
                days=asked.days,
                letters=asked.letters,
            ),
            "success",
        )
    else:
        flash(_("今、メールでお願いする日はありません。"), "info")
    if asked.silent:
        flash(
            _(
                "%(days)s日分は、記入できる方が団体にいません。電話で聞いてください。",
                days=asked.silent,
            ),
            "warning",
        )
    return redirect("/staff/unmarked", 303)


@bp.route("/staff/unmarked/<slot_id>/ask", methods=["POST"])
@policy("coordinator")
def ask(slot_id: str) -> ResponseReturnValue:
    if slot_by_id(db.session(), slot_id) is None:
        abort(404)
    return pressed(
        lambda: services.ask_for_marks(slot_id=slot_id, now=clock.now(), actor=actor()),
        _("団体に記入をお願いするメールを送ります。"),
        back="/staff/unmarked",
    )
