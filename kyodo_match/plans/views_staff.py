"""計画（職員）: every plan as it stands, figures by hand, the first day of records."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.plans import queries, services
from kyodo_match.plans.errors import PlanUnknown
from kyodo_match.plans.forms import FigureForm, RecordsFromForm
from kyodo_match.plans.messages import records_from_choice
from kyodo_match.plans.rules.definition import Indicator, PlanDefinition
from kyodo_match.plans.rules.evidence import records_from_choices
from kyodo_match.plans.rules.figures import takes_figures
from kyodo_match.plans.rules.results import IndicatorResult, PlanResult
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import settings

bp = Blueprint("plans_staff", __name__)


@bp.route("/staff/plans")
@policy("viewer")
def index() -> ResponseReturnValue:
    code, today = settings().municipality_code, clock.tokyo_date(clock.now())
    session = db.session()
    return render_template(
        "plans/staff_index.html",
        entries=queries.plans(session, code),
        in_force=queries.plan_in_force(session, municipality_code=code, on=today),
    )


@bp.route("/staff/plans/<key>")
@policy("viewer")
def show(key: str) -> ResponseReturnValue:
    result = _result_or_404(key)
    takes = {
        each.key: takes_figures(result.plan, each, settings().municipality_code)
        for each in result.plan.indicators()
    }
    choices = {
        each.key: len(records_from_choices(result.plan, each)) > 1
        for each in result.plan.indicators()
        if not each.qualitative and not takes[each.key]
    }
    return render_template("plans/staff_show.html", result=result, takes=takes, choices=choices)


@bp.route("/staff/plans/<key>/<indicator>/figures", methods=["GET", "POST"])
@policy("coordinator")
def figures(key: str, indicator: str) -> ResponseReturnValue:
    plan, found = _indicator_or_404(key, indicator)
    form = FigureForm.of(plan, found)
    if form.validate_on_submit():
        try:
            services.enter_figure(
                plan_key=key,
                indicator_key=indicator,
                entered=form.entered,
                reason=form.reason.data or "",
                municipality_code=settings().municipality_code,
                now=clock.now(),
                actor=actor(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("実績値を入力しました。公開ページにも反映されています。"), "success")
            return redirect(url_for(".show", key=key), 303)
    entered = queries.figures(db.session(), key, indicator)
    return render_template(
        "plans/staff_figure.html", form=form, key=key, plan=plan, indicator=found, entered=entered
    )


@bp.route("/staff/plans/<key>/<indicator>/records-from", methods=["GET", "POST"])
@policy("coordinator")
def records_from(key: str, indicator: str) -> ResponseReturnValue:
    plan, found = _indicator_or_404(key, indicator)
    days = records_from_choices(plan, found)
    form = _records_form(days)
    if form.validate_on_submit():
        try:
            services.choose_records_from(
                plan_key=key,
                indicator_key=indicator,
                day=date.fromisoformat(form.day.data),
                reason=form.reason.data or "",
                now=clock.now(),
                actor=actor(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("記録を数え始める日を変えました。"), "success")
            return redirect(url_for(".show", key=key), 303)
    trials = [(day, _trial(key, indicator, day)) for day in days]
    page = "plans/staff_records_from.html"
    return render_template(page, form=form, key=key, plan=plan, indicator=found, trials=trials)


def _records_form(days: Sequence[date]) -> RecordsFromForm:
    form = RecordsFromForm()
    form.day.choices = [
        (day.isoformat(), records_from_choice(day, is_default=day == days[-1])) for day in days
    ]
    return form


def _result_or_404(key: str, trial: dict[str, date] | None = None) -> PlanResult:
    try:
        return queries.result(
            db.session(),
            key,
            as_of=clock.tokyo_date(clock.now()),
            municipality_code=settings().municipality_code,
            trial=trial,
        )
    except PlanUnknown:
        abort(404)


def _indicator_or_404(key: str, indicator: str) -> tuple[PlanDefinition, Indicator]:
    try:
        plan = queries.definition(db.session(), key)
    except PlanUnknown:
        abort(404)
    found = plan.indicator(indicator)
    if found is None or found.qualitative:
        abort(404)
    return plan, found


def _trial(key: str, indicator: str, day: date) -> IndicatorResult:
    """What the indicator would show if records counted from that day."""
    result = _result_or_404(key, {indicator: day})
    return next(
        each
        for goal in result.goals
        for each in goal.indicators
        if each.indicator.key == indicator
    )
