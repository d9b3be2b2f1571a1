"""活動時間の集計: hours by group and fiscal year, and what groups have not looked at."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.participation import queries, rules
from kyodo_match.participation.views_staff.blueprint import bp
from kyodo_match.web.policies import may, policy


@bp.route("/staff/hours")
@policy("viewer")
def hours() -> ResponseReturnValue:
    """Sums alone: viewers see them too."""
    now, session = clock.now(), db.session()
    years = queries.years_with_hours(session, today=tokyo_date(now))
    wanted = request.args.get("year", "")
    year = next((one for one in years if str(one.year) == wanted), years[0])
    late_before = now - rules.PATIENCE_FOR_HOURS
    return render_template(
        "participation/staff_hours.html",
        years=years,
        year=year,
        counted=queries.hours_of_year(session, year, late_before=late_before),
        days=rules.PATIENCE_FOR_HOURS.days,
        acts=may("coordinator"),
        today=tokyo_date(now),
    )
