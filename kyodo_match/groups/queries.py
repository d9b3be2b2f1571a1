"""団体: the register, the directory, and who acts for a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from kyodo_match.accounts.models import Account
from kyodo_match.core.db import Tags
from kyodo_match.core.paging import paged
from kyodo_match.core.text import search_key
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import WRITES, GroupStatus, MemberRole

_MOST_WORDS = 5


def groups_of(session: Session, account_id: int) -> list[tuple[Group, MemberRole]]:
    """The groups that an account acts for, with its role in each, in 五十音順."""
    rows = session.execute(
        sa.select(Group, GroupMember.role)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .where(GroupMember.account_id == account_id)
        .order_by(Group.kana, Group.name)
    )
    return [(group, role) for group, role in rows]


def members(session: Session, group_id: int) -> Sequence[GroupMember]:
    """Who acts for a group, by address."""
    return session.scalars(
        sa.select(GroupMember)
        .options(joinedload(GroupMember.account))
        .join(GroupMember.account)
        .where(GroupMember.group_id == group_id)
        .order_by(Account.name, Account.email)
    ).all()


def member(session: Session, *, group_id: int, account_id: int) -> GroupMember | None:
    """An account's place in a group; ids are the rows' own."""
    return session.scalars(
        sa.select(GroupMember).where(
            GroupMember.group_id == group_id, GroupMember.account_id == account_id
        )
    ).first()


def digests_of(session: Session, account_id: str) -> Sequence[GroupMember]:
    """Where an account may have the morning mail, as owner or editor; groups in 五十音順."""
    return session.scalars(
        sa.select(GroupMember)
        .options(contains_eager(GroupMember.group))
        .join(GroupMember.group)
        .join(GroupMember.account)
        .where(Account.public_id == account_id, GroupMember.role.in_(WRITES))
        .order_by(Group.kana, Group.name)
    ).all()


def member_by_account(session: Session, *, group_id: int, account_id: str) -> GroupMember:
    """The member of a group with an account's public id. Raises NoResultFound."""
    return session.scalars(
        sa.select(GroupMember)
        .options(joinedload(GroupMember.account))
        .join(GroupMember.account)
        .where(GroupMember.group_id == group_id, Account.public_id == account_id)
    ).one()


def by_public_id(session: Session, public_id: str) -> Group | None:
    """The group of an id in an address."""
    return session.scalars(sa.select(Group).where(Group.public_id == public_id)).first()


def by_name(session: Session, name: str) -> Group | None:
    """The group of a name, as files name it."""
    return session.scalars(sa.select(Group).where(Group.name == name)).first()


def registered_count(session: Session, on: date) -> int:
    """How many groups stood in the register on a day.

    From the day of registration until the day before the end. Applications and suspended groups
    do not count. Source: docs/rules/group-register.md.
    """
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Group)
            .where(
                Group.registered_on <= on,
                sa.or_(
                    sa.and_(
                        Group.status == GroupStatus.REGISTERED,
                        sa.or_(Group.ended_on.is_(None), Group.ended_on > on),
                    ),
                    sa.and_(Group.status == GroupStatus.ENDED, Group.ended_on > on),
                ),
            )
        )
        or 0
    )


@dataclass(frozen=True)
class Listing:
    """One page of the register, and how many there are in all."""

    groups: Sequence[Group]
    total: int
    page: int
    pages: int


def find(
    session: Session,
    *,
    typed: str = "",
    plain_field: str = "",
    status: GroupStatus | None = GroupStatus.REGISTERED,
    page: int = 1,
    size: int = 20,
) -> Listing:
    """Groups in 五十音順 whose text has all the words that were typed; None is every status."""
    words = [key for word in typed.split()[:_MOST_WORDS] if (key := search_key(word))]
    conditions = [Group.search_text.contains(word, autoescape=True) for word in words]
    if plain_field:
        conditions.append(Tags.have(Group.plain_fields, plain_field))
    if status is not None:
        conditions.append(Group.status == status)
    total = session.scalar(sa.select(sa.func.count()).select_from(Group).where(*conditions)) or 0
    page, pages = paged(page, total=total, size=size)
    groups = session.scalars(
        sa.select(Group)
        .where(*conditions)
        .order_by(Group.kana, Group.name, Group.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return Listing(groups, total, page, pages)
