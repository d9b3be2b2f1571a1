"""活動時間の集計: by group and fiscal year, what groups have not looked at, and one person's."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.participation import queries, rules
from kyodo_match.participation.views_staff.blueprint import bp
from kyodo_match.signups.queries import signup_by_id
from kyodo_match.web.policies import may, policy
from kyodo_match.web.responses import no_store


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


@bp.route("/staff/signups/<public_id>/hours")
@policy("coordinator")
def person_hours(public_id: str) -> ResponseReturnValue:
    """活動時間の一覧: of one application's people over all their applications, for the counter."""
    signup = signup_by_id(db.session(), public_id) or abort(404)
    hours = queries.hours_of_people(db.session(), signup, everywhere=True, by_phone=True)
    return no_store(
        render_template(
            "participation/hours_print.html",
            back=f"/staff/signups/{public_id}",
            signup=signup,
            everywhere=True,
            people=queries.by_person(hours),
            by_year=queries.approved_by_year,
            waiting=sum(one.state is rules.HoursState.RECORDED for one in hours),
            today=tokyo_date(clock.now()),
        )
    )
