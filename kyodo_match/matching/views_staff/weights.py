"""配点と紹介の回数: coordinators answer for how days are put in order; all staff read it."""

from collections.abc import Sequence
from datetime import date

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.weights import WeightsChanged, WeightsRefused
from kyodo_match.matching.forms.weights import WeightsForm
from kyodo_match.matching.queries.alerts import alert_counts
from kyodo_match.matching.queries.exposure import GroupExposure, exposure
from kyodo_match.matching.queries.preview import Preview, preview
from kyodo_match.matching.queries.weights import all_weights, current_weights
from kyodo_match.matching.rules.recommending import WeightsSet, faults
from kyodo_match.matching.services.weights import save_weights
from kyodo_match.matching.views_staff.blueprint import bp
from kyodo_match.web.people import actor
from kyodo_match.web.policies import may, policy

_MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
_YEARS_BACK = 4


@bp.route("/staff/weights")
@policy("viewer")
def weights() -> ResponseReturnValue:
    return _weights_page(WeightsForm(obj=current_weights(db.session())))


@bp.route("/staff/weights", methods=["POST"])
@policy("coordinator")
def change_weights() -> ResponseReturnValue:
    form = WeightsForm()
    seen: Preview | None = None
    if form.validate_on_submit():
        wanted = form.weights()
        try:
            if "save" in request.form:
                version = save_weights(
                    weights=wanted, note=form.note.data or "", actor=actor(), now=clock.now()
                )
                flash(_("配点を第%(n)s版として保存しました。", n=version), "success")
                return redirect("/staff/weights", 303)
            seen = _preview(wanted)
        except (WeightsRefused, WeightsChanged) as refusal:
            form.refuse(explain(refusal))
    return _weights_page(form, seen)


def _weights_page(form: WeightsForm, seen: Preview | None = None) -> str:
    """Whoever may not change the points reads them."""
    return render_template(
        "matching/weights.html",
        form=form,
        current=current_weights(db.session()),
        preview=seen,
        versions=all_weights(db.session()),
        first=WeightsSet(),
        acts=may("coordinator"),
    )


def _preview(wanted: WeightsSet) -> Preview:
    """Raises WeightsRefused: what could not be saved is not looked at either."""
    wrong = faults(wanted)
    if wrong:
        raise WeightsRefused(wrong, wanted.total)
    return preview(db.session(), wanted, now=clock.now())


@bp.route("/staff/exposure")
@policy("viewer")
def exposures() -> ResponseReturnValue:
    this_year = FiscalYear.at(clock.now())
    years = [FiscalYear(this_year.year - back) for back in range(_YEARS_BACK)]
    year = next((one for one in years if str(one.year) == request.args.get("year")), this_year)
    month = next((one for one in _MONTHS if str(one) == request.args.get("month")), None)
    since, until = _span(year, month)
    rows = exposure(db.session(), since=since, until=until)
    return render_template(
        "matching/exposure.html",
        rows=rows,
        total=_total(rows),
        alerts=alert_counts(db.session(), since=since, until=until),
        years=[(str(one.year), str(one)) for one in years],
        months=[(str(one), _("%(n)s月", n=one)) for one in _MONTHS],
        year=str(year.year),
        month=str(month or ""),
        since=since,
        until=min(until, tokyo_date(clock.now())),
    )


def _span(year: FiscalYear, month: int | None) -> tuple[date, date]:
    """The days of a fiscal year, or of one of its months."""
    if month is None:
        return year.first_day, year.last_day
    first = date(year.year + (month < _MONTHS[0]), month, 1)
    following = date(first.year + month // 12, month % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


def _total(rows: Sequence[GroupExposure]) -> GroupExposure:
    return GroupExposure(
        name=_("合計"),
        page=sum(row.page for row in rows),
        mail=sum(row.mail for row in rows),
        proposal=sum(row.proposal for row in rows),
        days=sum(row.days for row in rows),
    )
