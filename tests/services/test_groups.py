"""団体: the register, its count, and who acts for a group, on both databases."""

from datetime import date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound

from kyodo_match.accounts import queries as accounts
from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.accounts.services import accept_link
from kyodo_match.audit.models import AuditEvent
from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.groups import queries, services
from kyodo_match.groups.errors import AlreadyMember, LastOwner, NameTaken, StaffAreNoMembers
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import (
    GroupKind,
    GroupStatus,
    MemberRole,
    Profile,
    Registration,
)
from kyodo_match.notifications.models import OutboxMessage
from tests.support.make_opportunities import make_group
from tests.support.make_people import PASSWORD, make_account, make_member

EMAIL = "taro@example.jp"
ENTRY: dict[str, object] = {
    "name": "里山の会",
    "kind": GroupKind.PURPOSE,
    "law_fields": ("7", "13"),
}


def take_in(now: datetime, *entries: dict[str, object]) -> tuple[int, int]:
    return services.import_groups(entries=entries, actor="cli:root", now=now)


def add(group: Group, now: datetime, role: MemberRole = MemberRole.EDITOR) -> services.Added:
    return services.add_member(
        group_id=group.public_id, email=EMAIL, role=role, actor="x", now=now
    )


def group_named(name: str = "里山の会") -> Group:
    group = queries.by_name(db.session(), name)
    assert group is not None
    return group


# --- the register --------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_an_imported_group_is_in_the_register_and_found(now: datetime) -> None:
    counted = take_in(now, {**ENTRY, "kana": "さとやまのかい", "activity": "竹を切る"})

    group = group_named()
    assert counted == (1, 0)
    assert group.plain_fields == ("education", "environment")
    assert group.registered_on == date(2026, 11, 22)
    assert queries.find(db.session(), typed="サトヤマ 竹").groups == [group]
    assert queries.find(db.session(), plain_field="environment").groups == [group]
    assert queries.find(db.session(), typed="海").groups == []


@pytest.mark.usefixtures("app")
def test_a_second_import_changes_what_the_file_brings_and_nothing_else(now: datetime) -> None:
    take_in(now, {**ENTRY, "phone": "0297-58-2111", "registered_on": date(2020, 4, 1)})

    counted = take_in(now, {**ENTRY, "purpose": "森を守る"}, {**ENTRY, "name": "川の会"})

    group = group_named()
    assert counted == (1, 1)
    assert (group.phone, group.purpose) == ("0297-58-2111", "森を守る")
    assert group.registered_on == date(2020, 4, 1)


@pytest.mark.usefixtures("app")
def test_the_same_file_again_changes_nothing(now: datetime) -> None:
    take_in(now, ENTRY)

    assert take_in(now, ENTRY) == (0, 0)


@pytest.mark.usefixtures("app")
def test_the_register_counts_from_registration_until_the_day_before_the_end() -> None:
    make_group(registered_on=date(2024, 4, 1))
    make_group(registered_on=date(2024, 4, 1), ended_on=date(2025, 3, 31), status="ended")
    make_group(registered_on=date(2025, 6, 1))
    make_group(registered_on=date(2024, 4, 1), status=GroupStatus.SUSPENDED)
    make_group(registered_on=None, status=GroupStatus.APPLIED)

    counts = {
        day: queries.registered_count(db.session(), date.fromisoformat(day))
        for day in ("2024-03-31", "2024-04-01", "2025-03-30", "2025-03-31", "2025-06-01")
    }

    assert counts == {
        "2024-03-31": 0,
        "2024-04-01": 2,
        "2025-03-30": 2,
        "2025-03-31": 1,
        "2025-06-01": 2,
    }


@pytest.mark.usefixtures("app")
def test_two_groups_cannot_have_one_name(now: datetime) -> None:
    take_in(now, ENTRY)
    other = make_group()
    registration = Registration(name="里山の会", kind=GroupKind.OTHER)
    profile = Profile(law_fields=("1",))

    with pytest.raises(NameTaken):
        services.register(registration=registration, profile=profile, actor="x", now=now)
    with pytest.raises(NameTaken):
        services.change(
            group_id=other.public_id,
            registration=registration,
            profile=profile,
            actor="x",
            now=now,
        )


@pytest.mark.usefixtures("app")
def test_a_change_is_on_record_by_its_columns_not_by_what_was_typed(now: datetime) -> None:
    group = make_group(representative="須藤 茂樹")
    profile = Profile(law_fields=("7",), representative="大川 郁代", phone="0297-00-0101")

    services.edit_profile(group_id=group.public_id, profile=profile, actor="abc", now=now)

    event = db.session.scalars(sa.select(AuditEvent)).one()
    assert (event.action, event.actor) == ("group.profile_changed", "abc")
    assert event.facts == {"changed": ["representative", "public_items"]}


# --- who acts for a group ------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_somebody_new_gets_a_link_by_mail_and_then_acts_for_the_group(
    settings: Settings, now: datetime
) -> None:
    group = make_group(name="川の会")

    added = add(group, now)

    assert added.invitation_id is not None
    message = db.session.scalars(sa.select(OutboxMessage)).one()
    assert (message.recipient, message.invitation_id) == (EMAIL, added.invitation_id)
    assert "「川の会」" in message.body
    assert settings.keys.invitation_token(added.invitation_id) not in message.body
    accept_link(
        invitation_id=added.invitation_id,
        name="太郎",
        password=PASSWORD,
        municipality="市",
        now=now,
    )
    account = accounts.by_email(db.session(), EMAIL)
    assert account is not None
    assert queries.groups_of(db.session(), account.id) == [(group, MemberRole.EDITOR)]


@pytest.mark.usefixtures("app")
def test_somebody_with_a_password_gets_the_news_and_no_link(now: datetime) -> None:
    group = make_group()
    make_account(email=EMAIL)

    added = add(group, now)

    message = db.session.scalars(sa.select(OutboxMessage)).one()
    assert added.invitation_id is None
    assert message.invitation_id is None
    assert "[[account-link]]" not in message.body
    with pytest.raises(AlreadyMember):
        add(group, now)


@pytest.mark.usefixtures("app")
def test_who_has_not_come_yet_can_be_invited_again(now: datetime) -> None:
    group = make_group()

    first, second = add(group, now), add(group, now, MemberRole.OWNER)

    assert first.account_id == second.account_id
    assert first.invitation_id != second.invitation_id
    members = queries.members(db.session(), group.id)
    assert [member.role for member in members] == [MemberRole.OWNER]


@pytest.mark.usefixtures("app")
def test_staff_are_no_members_whether_they_have_come_yet_or_not(now: datetime) -> None:
    group = make_group()
    make_account(email=EMAIL, role=StaffRole.ADMIN, password=False)

    with pytest.raises(StaffAreNoMembers):
        add(group, now)

    assert db.session.scalars(sa.select(OutboxMessage)).all() == []


@pytest.mark.usefixtures("app")
def test_former_staff_come_back_without_their_role_and_password(now: datetime) -> None:
    group = make_group()
    make_account(email=EMAIL, role=StaffRole.ADMIN, is_active=False)

    added = add(group, now)

    account = db.session.scalars(sa.select(Account)).one()
    assert added.invitation_id is not None
    assert (account.staff_role, account.password_hash) == (None, None)


@pytest.mark.usefixtures("app")
def test_a_group_keeps_an_owner(now: datetime) -> None:
    group = make_group()
    owner = make_member(group, MemberRole.OWNER)
    editor = make_member(group, MemberRole.EDITOR)
    facts = {"group_id": group.public_id, "actor": "x", "now": now}

    with pytest.raises(LastOwner):
        services.remove_member(account_id=owner.public_id, **facts)  # type: ignore[arg-type]
    with pytest.raises(LastOwner):
        services.change_member_role(
            account_id=owner.public_id,
            role=MemberRole.EDITOR,
            **facts,  # type: ignore[arg-type]
        )
    services.change_member_role(
        account_id=editor.public_id,
        role=MemberRole.OWNER,
        **facts,  # type: ignore[arg-type]
    )
    services.remove_member(account_id=owner.public_id, **facts)  # type: ignore[arg-type]

    assert [m.account_id for m in queries.members(db.session(), group.id)] == [editor.id]


@pytest.mark.usefixtures("app")
def test_a_member_of_another_group_is_not_found(now: datetime) -> None:
    group, other = make_group(), make_group()
    stranger = make_member(other, MemberRole.EDITOR)

    with pytest.raises(NoResultFound):
        services.remove_member(
            group_id=group.public_id, account_id=stranger.public_id, actor="x", now=now
        )
