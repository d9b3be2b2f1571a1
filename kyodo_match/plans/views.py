"""計画と実績: the plan's page for everyone."""

from datetime import date

from flask import Blueprint, Flask, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.plans import messages, queries
from kyodo_match.plans.errors import PlanUnknown
from kyodo_match.plans.rules.results import PlanResult, as_json
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
    )
    app.jinja_env.globals.update(point_label=messages.point_label)


@bp.route("/plan")
@policy("anyone")
def show() -> ResponseReturnValue:
    result = _asked_for()
    code = settings().municipality_code
    entries = queries.plans(db.session(), code)
    if result is None:
        return public(render_template("plans/none.html", entries=entries))
    is_own = result.plan.is_fed_by(code)
    return public(
        render_template("plans/show.html", result=result, entries=entries, is_own=is_own)
    )


@bp.route("/plan.json")
@policy("anyone")
def data() -> ResponseReturnValue:
    result = _asked_for()
    if result is None:
        abort(404)
    return public(jsonify(as_json(result)))


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
