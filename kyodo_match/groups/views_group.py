"""A group's own pages, and the policies of everything that belongs to a group."""

from typing import Any

from flask import Blueprint, Flask

from kyodo_match.core.db import db
from kyodo_match.groups import queries
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.web.people import current_account
from kyodo_match.web.policies import Policies, Predicate, Verdict, may

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
        acts_for_groups = may("coordinator")
        if account.is_staff and not acts_for_groups:
            return Verdict.FORBIDDEN
        about = [view_args[name] for name in _OBJECTS if name in view_args]
        group_id = _group_of(view_args) if about else None
        if about and group_id is None:
            return Verdict.NOT_FOUND
        if acts_for_groups:
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
        group = queries.by_public_id(session, view_args["group_id"])
        return group.id if group else None
    if "opportunity_id" in view_args:
        opportunity = opportunities.opportunity_by_id(session, view_args["opportunity_id"])
        return opportunity.group_id if opportunity else None
    slot = opportunities.slot_by_id(session, view_args["slot_id"])
    return slot.opportunity.group_id if slot else None
