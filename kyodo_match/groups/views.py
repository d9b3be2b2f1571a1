"""The directory and the profiles of groups, for everyone."""

from urllib.parse import urlencode

from flask import Blueprint, Flask, abort, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock, text
from kyodo_match.core.db import db
from kyodo_match.groups import queries
from kyodo_match.groups.messages import (
    PLAIN_FIELDS,
    group_kind_label,
    group_status_label,
    law_field_label,
    member_role_label,
    plain_field_label,
)
from kyodo_match.groups.rules import GroupStatus, PlainField
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.web.paging import page_number
from kyodo_match.web.policies import Policies, policy
from kyodo_match.web.responses import public

bp = Blueprint("groups", __name__)


def install(app: Flask, _policies: Policies) -> None:
    """Labels for templates."""
    app.jinja_env.filters.update(
        group_kind_label=group_kind_label,
        group_status_label=group_status_label,
        law_field_label=law_field_label,
        member_role_label=member_role_label,
        plain_field_label=plain_field_label,
    )


@bp.get("/groups")
@policy("anyone")
def directory() -> ResponseReturnValue:
    typed = text.one_line(request.args.get("q", ""))
    chosen = request.args.get("field", "")
    plain_field = chosen if chosen in set(PlainField) else ""
    found = queries.find(db.session(), typed=typed, plain_field=plain_field, page=page_number())
    query = {"q": typed, "field": plain_field}
    page = render_template(
        "groups/directory.html",
        found=found,
        query=query,
        base_query=urlencode({key: value for key, value in query.items() if value}),
        fields=[(field.value, label) for field, label in PLAIN_FIELDS.items()],
    )
    return public(page)


@bp.get("/groups/<public_id>")
@policy("anyone")
def profile(public_id: str) -> ResponseReturnValue:
    group = queries.by_public_id(db.session(), public_id)
    if group is None or group.status is not GroupStatus.REGISTERED:
        abort(404)
    coming = opportunities.coming_of_group(db.session(), group.id, now=clock.now())
    return public(render_template("groups/profile.html", group=group, coming=coming))
