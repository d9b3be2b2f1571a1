"""A group's own pages, and the policies of everything that belongs to a group."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask

from kyodo_match.accounts.views import current_account, is_coordinator
from kyodo_match.core.db import db
from kyodo_match.groups import queries
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.web.policies import Policies, Predicate, Verdict

bp = Blueprint("groups_group", __name__)

_POLICIES = {
    "reception": MemberRole.RECEPTION,
    "group_member": MemberRole.RECEPTION,
    "group_editor": MemberRole.EDITOR,
    "group_owner": MemberRole.OWNER,
}
_OBJECTS = ("group_id", "opportunity_id", "slot_id")


def install(_app: Flask, policies: Policies) -> None:
    """The policies of group members."""
    for name, least in _POLICIES.items():
        policies.register(name, _at_least(least))


def _at_least(least: MemberRole) -> Predicate:
    """At least this role in the group that the route is about; coordinators act for any group."""

    def judge(view_args: dict[str, Any]) -> Verdict:
        account = current_account()
        if account is None:
            return Verdict.SIGN_IN_FIRST
        if account.is_staff and not is_coordinator():
            return Verdict.FORBIDDEN
        about = [view_args[name] for name in _OBJECTS if name in view_args]
        group_id = _group_of(view_args) if about else None
        if about and group_id is None:
            return Verdict.NOT_FOUND
        if is_coordinator():
            return Verdict.ALLOWED
        return _of_member(account.id, group_id, least)

    return judge


def _of_member(account_id: int, group_id: int | None, least: MemberRole) -> Verdict:
    roles = {
        group.id: role
        for group, role in queries.groups_of(db.session(), account_id)
        if group_id in (None, group.id)
    }
    if group_id is not None and not roles:
        return Verdict.NOT_FOUND  # somebody else's is as good as absent
    enough = any(role.rank >= least.rank for role in roles.values())
    return Verdict.ALLOWED if enough else Verdict.FORBIDDEN


def _group_of(view_args: dict[str, Any]) -> int | None:
    session = db.session()
    if "group_id" in view_args:
        found = sa.select(Group.id).where(Group.public_id == view_args["group_id"])
    elif "opportunity_id" in view_args:
        found = sa.select(Opportunity.group_id).where(
            Opportunity.public_id == view_args["opportunity_id"]
        )
    else:
        found = (
            sa.select(Opportunity.group_id)
            .join(Slot, Slot.opportunity_id == Opportunity.id)
            .where(Slot.public_id == view_args["slot_id"])
        )
    return session.scalars(found).first()
