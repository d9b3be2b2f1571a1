"""The blueprint of the groups' pages, and what all of them need."""

from collections.abc import Sequence

from flask import Blueprint, abort

from kyodo_match.core.db import db
from kyodo_match.groups.models import Group
from kyodo_match.groups.queries import groups_of
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.web.people import current_account
from kyodo_match.web.policies import may

bp = Blueprint("opportunities_group", __name__)


def layout() -> str:
    """A coordinator stays in the office's own area."""
    return "layouts/staff.html" if may("coordinator") else "layouts/group.html"


def load(opportunity_id: str) -> Opportunity:
    return queries.opportunity_by_id(db.session(), opportunity_id) or abort(404)


def load_slot(slot_id: str) -> Slot:
    return queries.slot_by_id(db.session(), slot_id) or abort(404)


def own_groups() -> Sequence[Group]:
    """The groups that the person may write for."""
    if may("coordinator"):
        return queries.all_registered(db.session())
    account = current_account()
    mine = groups_of(db.session(), account.id) if account else []
    return [group for group, role in mine if role.rank >= MemberRole.EDITOR.rank]
