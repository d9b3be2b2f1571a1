"""変更の履歴: what was changed after publication, for the group and for the office."""

from flask import render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core.db import db
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.views_group.blueprint import bp, layout, load
from kyodo_match.web.policies import policy


@bp.route("/group/opportunities/<opportunity_id>/history")
@policy("group_editor")
def history(opportunity_id: str) -> ResponseReturnValue:
    opportunity = load(opportunity_id)
    return render_template(
        "opportunities/history.html",
        layout=layout(),
        opportunity=opportunity,
        changes=queries.changes_of(db.session(), opportunity),
        back=f"/group/opportunities/{opportunity_id}",
        can_mark=False,
    )
