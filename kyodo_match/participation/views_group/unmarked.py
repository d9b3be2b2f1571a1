"""来た方が未記入の日: a group's own."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.groups.queries import groups_of
from kyodo_match.participation import queries, rules
from kyodo_match.participation.views_group.access import reader
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.web.policies import may, policy


@bp.route("/group/unmarked")
@policy("group_member")
def unmarked() -> ResponseReturnValue:
    if may("coordinator"):
        return redirect("/staff/unmarked", 303)
    own = [group.id for group, _role in groups_of(db.session(), reader().id)]
    now = clock.now()
    return render_template(
        "participation/group_unmarked.html",
        days=queries.unmarked_days(db.session(), now=now, group_ids=own, limit=None),
        now=now,
        days_since=rules.days_since,
        group_until=rules.group_until,
        group_days=rules.GROUP_DAYS,
    )
