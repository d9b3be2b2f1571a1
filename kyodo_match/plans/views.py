"""計画と実績: the plan's page for everyone."""

from datetime import date, timedelta

from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock, csv
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.i18n import _
from kyodo_match.plans import messages, queries
from kyodo_match.plans.errors import PlanUnknown
from kyodo_match.plans.rules.definition import PlanDefinition
from kyodo_match.plans.rules.results import CSV_COLUMNS, PlanResult, as_json, as_rows
from kyodo_match.web.policies import Policies, policy
from kyodo_match.web.responses import public, settings

bp = Blueprint("plans", __name__)


def install(app: Flask, _policies: Policies) -> None:
    """Give templates the words of plans."""
    app.jinja_env.filters.update(
        outcome_label=messages.outcome_label,
        outcome_kind=messages.outcome_kind,
        aggregation_label=messages.aggregation_label,
        source_label=messages.source_label,
        number=messages.number,
        year_label=messages.year_label,
        fiscal_year=messages.fiscal_year,
        step_label=messages.step_label,
        up_to_hint=messages.up_to_hint,
        council_sentence=messages.sentence,
        years_chart=messages.years_chart,
        course_chart=messages.course_chart,
        sum_label=messages.sum_label,
        plain_unit=messages.plain_unit,
        beside_label=messages.beside_label,
    )
    app.jinja_env.globals.update(
        point_label=messages.point_label, point_month=messages.point_month
    )


@bp.route("/plan")
@policy("anyone")
def show() -> ResponseReturnValue:
    result = _asked_for()
    code = settings().municipality_code
    entries = queries.plans(db.session(), code)
    if result is None:
        return public(render_template("plans/none.html", entries=entries))
    now = clock.now()
    return public(
        render_template(
            "plans/show.html",
            result=result,
            entries=entries,
            is_own=result.plan.is_fed_by(code),
            computed_at=now,
            today=clock.tokyo_date(now),
            days=_days(result.plan, clock.tokyo_date(now)),
        )
    )


def _days(plan: PlanDefinition, today: date) -> list[tuple[date, str]]:
    """The days that reports are written for: today, the last month's end, the last year's end."""
    ends = (
        (today, _("今日")),
        (today.replace(day=1) - timedelta(days=1), _("先月末")),
        (FiscalYear.of(today).first_day - timedelta(days=1), _("前年度末")),
    )
    return [(day, label) for day, label in ends if day >= plan.first_day]


@bp.route("/plan.json")
@policy("anyone")
def data() -> ResponseReturnValue:
    result = _asked_for()
    if result is None:
        abort(404)
    return public(jsonify(as_json(result)))


@bp.route("/plan.csv")
@policy("anyone")
def table() -> ResponseReturnValue:
    result = _asked_for()
    if result is None:
        abort(404)
    lines = [[row[column] for column in CSV_COLUMNS] for row in as_rows(result)]
    return public(Response("".join(csv.write(CSV_COLUMNS, lines)), mimetype="text/csv"))


def _asked_for() -> PlanResult | None:
    """The plan that `plan` names, else the own one in force today; None where none is."""
    code, today = settings().municipality_code, clock.tokyo_date(clock.now())
    asked = request.args.get("plan", "")
    if "\x00" in asked:
        abort(404)  # no plan is called that, and PostgreSQL cannot even be asked
    key = asked or queries.plan_in_force(db.session(), municipality_code=code, on=today)
    if key is None:
        return None
    try:
        as_of = date.fromisoformat(request.args.get("as_of") or today.isoformat())
        if as_of.year not in clock.YEARS:
            abort(404)
        return queries.result(db.session(), key, as_of=as_of, municipality_code=code)
    except (PlanUnknown, ValueError):
        abort(404)
