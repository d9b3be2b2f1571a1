"""活動時間の一覧: what a group's volunteers did in a fiscal year, to read and to print."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.participation import queries, rules
from kyodo_match.participation.views_group.access import hours_groups, layout
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.web.policies import policy


@bp.route("/group/hours/list")
@policy("group_editor")
def hours_list() -> ResponseReturnValue:
    """Day by day, numbers alone: names are on the page of each day as long as they are open."""
    groups = hours_groups()
    if groups is None:
        return redirect("/staff/hours", 303)
    now, session = clock.now(), db.session()
    ids = [group.id for group in groups]
    years = queries.years_with_hours(session, today=tokyo_date(now))
    wanted = request.args.get("year", "")
    year = next((one for one in years if str(one.year) == wanted), years[0])
    return render_template(
        "participation/hours_list.html",
        layout=layout(),
        groups=groups,
        asked=request.args.get("group", ""),
        years=years,
        year=year,
        days=queries.hours_by_day(session, year, group_ids=ids),
        counted=queries.hours_of_year(
            session, year, late_before=now - rules.PATIENCE_FOR_HOURS, group_ids=ids
        ),
        today=tokyo_date(now),
    )
