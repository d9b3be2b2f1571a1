"""団体: the register, profiles, and who acts for a group."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.accounts import outbox as account_letters
from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import InvitationPurpose
from kyodo_match.accounts.services import end_sessions, new_link, open_account
from kyodo_match.audit.services import note, record
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import public_id, use_case
from kyodo_match.core.text import search_key
from kyodo_match.groups import outbox, queries
from kyodo_match.groups.errors import AlreadyMember, LastOwner, NameTaken, StaffAreNoMembers
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import (
    GroupStatus,
    MemberRole,
    Profile,
    Registration,
    check_dates,
    plain_fields,
)

# --- the register --------------------------------------------------------------------------------


@use_case
def import_groups(
    session: Session,
    *,
    entries: Sequence[Mapping[str, Any]],
    actor: str,
    now: datetime,
) -> tuple[int, int]:
    """Take a file's entries into the register: how many are new, how many were changed.

    A name that is there already is the same group; columns that the file lacks stay as they are.
    Groups are locked before what follows them: their activities are found by their names.
    """
    register = sa.select(Group).order_by(Group.id).with_for_update(key_share=True)
    groups = {group.name: group for group in session.scalars(register)}
    new = changed = 0
    for values in entries:
        group = groups.get(values["name"])
        if group is None:
            group = _blank(now)
            session.add(group)
            _apply(group, values, now=now)
            new += 1
        elif _apply(group, values, now=now):
            changed += 1
    record(
        session,
        "groups.imported",
        actor=actor,
        object_kind="register",
        object_id="groups",
        now=now,
        new=new,
        changed=changed,
    )
    return new, changed


@use_case
def register(
    session: Session,
    *,
    registration: Registration,
    profile: Profile,
    actor: str,
    now: datetime,
) -> str:
    """Enter a group; its public id. Raises NameTaken, EndsBeforeItBegins, EndMissing."""
    group = _blank(now)
    _enter(session, group, registration, profile, now=now)
    session.add(group)
    note(session, "group.entered", group, actor=actor, now=now, status=group.status.value)
    return group.public_id


@use_case
def change(
    session: Session,
    *,
    group_id: str,
    registration: Registration,
    profile: Profile,
    actor: str,
    now: datetime,
) -> None:
    """Change an entry of the register. Raises NameTaken, EndsBeforeItBegins, EndMissing."""
    group = _locked(session, group_id)
    changed = _enter(session, group, registration, profile, now=now)
    note(session, "group.changed", group, actor=actor, now=now, changed=changed)


@use_case
def edit_profile(
    session: Session, *, group_id: str, profile: Profile, actor: str, now: datetime
) -> None:
    """Change what a group says of itself, and what of it is public."""
    group = _locked(session, group_id)
    changed = _apply(group, asdict(profile), now=now)
    note(session, "group.profile_changed", group, actor=actor, now=now, changed=changed)


def _enter(
    session: Session, group: Group, registration: Registration, profile: Profile, *, now: datetime
) -> list[str]:
    check_dates(registration.status, registration.registered_on, registration.ended_on)
    same_name = queries.by_name(session, registration.name)
    if same_name is not None and same_name is not group:
        raise NameTaken(registration.name)
    return _apply(group, asdict(registration) | asdict(profile), now=now)


def _blank(now: datetime) -> Group:
    return Group(
        public_id=public_id(),
        status=GroupStatus.REGISTERED,
        registered_on=None,
        ended_on=None,
        public_items=("representative", "founded_on", "members", "website"),
        created_at=now,
    )


def _apply(group: Group, values: Mapping[str, Any], *, now: datetime) -> list[str]:
    """Write what differs; the names of the columns that were changed.

    A registered group without a day of registration is registered today: it must be countable.
    """
    status = values.get("status", group.status)
    if status is GroupStatus.REGISTERED and not values.get("registered_on"):
        values = {**values, "registered_on": group.registered_on or tokyo_date(now)}
    changed = [name for name, value in values.items() if getattr(group, name) != value]
    for name in changed:
        setattr(group, name, values[name])
    if changed:
        numbers = tuple(int(number) for number in group.law_fields)
        group.plain_fields = plain_fields(numbers)
        group.search_text = "\n".join(
            search_key(part)
            for part in (group.name, group.kana, group.purpose, group.activity)
            if part
        )
        group.updated_at = now
    return changed


# --- who acts for a group ------------------------------------------------------------------------


@dataclass(frozen=True)
class Added:
    """Who acts for a group now; with an invitation where they have no password yet."""

    account_id: str
    invitation_id: str | None


@use_case
def add_member(
    session: Session,
    *,
    group_id: str,
    email: str,
    name: str = "",
    role: MemberRole,
    actor: str,
    now: datetime,
) -> Added:
    """Let somebody act for a group and write to them: with a one-time link on their first time.

    Again for somebody who has not come yet it sends a new link. Raises AlreadyMember,
    StaffAreNoMembers.
    """
    group = _locked(session, group_id)
    account = open_account(session, email, now=now)
    if account.is_active and account.is_staff:
        raise StaffAreNoMembers
    _bring_back(account)
    account.name = account.name or name
    member = queries.member(session, group_id=group.id, account_id=account.id)
    if member is not None and account.password_hash:
        raise AlreadyMember
    if member is None:
        member = GroupMember(group=group, account=account, created_at=now)
        session.add(member)
    member.role = role
    invitation_id = None
    if account.password_hash:
        outbox.tell_added(session, member, now=now)
    else:
        invitation = new_link(session, account, InvitationPurpose.INVITE, now=now)
        letter = account_letters.member_invitation(invitation.expires_at, group.name)
        account_letters.send(session, letter, invitation, now=now)
        invitation_id = invitation.public_id
    note(
        session,
        "group.member_added",
        group,
        actor=actor,
        now=now,
        account=account.public_id,
        role=role.value,
    )
    return Added(account.public_id, invitation_id)


@use_case
def change_member_role(
    session: Session,
    *,
    group_id: str,
    account_id: str,
    role: MemberRole,
    actor: str,
    now: datetime,
) -> None:
    """Give a member another role; their sessions end at once. Raises LastOwner, NoResultFound."""
    group = _locked(session, group_id)
    member = queries.member_by_account(session, group_id=group.id, account_id=account_id)
    if member.role is role:
        return
    _keep_an_owner(session, member)
    before, member.role = member.role, role
    end_sessions(session, member.account, now=now)
    note(
        session,
        "group.member_role_changed",
        group,
        actor=actor,
        now=now,
        account=account_id,
        role=role.value,
        role_before=before.value,
    )


@use_case
def remove_member(
    session: Session, *, group_id: str, account_id: str, actor: str, now: datetime
) -> None:
    """Somebody no longer acts for a group, at once. Raises LastOwner, NoResultFound."""
    group = _locked(session, group_id)
    member = queries.member_by_account(session, group_id=group.id, account_id=account_id)
    _keep_an_owner(session, member)
    end_sessions(session, member.account, now=now)
    session.delete(member)
    note(session, "group.member_removed", group, actor=actor, now=now, account=account_id)


@use_case
def choose_digests(
    session: Session, *, account_id: str, wanted: Collection[str], now: datetime
) -> None:
    """Have the morning mail of these groups alone: public ids of some of one's own groups.

    Nothing else that somebody is written depends on it. Source: docs/rules/reminders.md.
    """
    for member in queries.digests_of(session, account_id):
        wants = member.group.public_id in wanted
        if member.wants_digest is not wants:
            member.wants_digest = wants
            note(session, "group.digest_chosen", member.group, actor=account_id, now=now, on=wants)


def _bring_back(account: Account) -> None:
    """An account that was ended comes back without its role and password."""
    if not account.is_active:
        account.staff_role = None
        account.password_hash = None
        account.rights_end_on = None
        account.is_active = True


def _keep_an_owner(session: Session, member: GroupMember) -> None:
    others = session.scalar(
        sa.select(sa.func.count())
        .select_from(GroupMember)
        .where(
            GroupMember.group_id == member.group_id,
            GroupMember.role == MemberRole.OWNER,
            GroupMember.id != member.id,
        )
    )
    if member.role is MemberRole.OWNER and not others:
        raise LastOwner


def _locked(session: Session, group_id: str) -> Group:
    """The group, locked: of two who change it at once the second sees what the first did."""
    return session.scalars(
        sa.select(Group).where(Group.public_id == group_id).with_for_update()
    ).one()
