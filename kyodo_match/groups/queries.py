"""団体: the register, the directory, and who acts for a group."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import GroupStatus, MemberRole


def groups_of(session: Session, account_id: int) -> list[tuple[Group, MemberRole]]:
    """The groups that an account acts for, with its role in each, in 五十音順."""
    rows = session.execute(
        sa.select(Group, GroupMember.role)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .where(GroupMember.account_id == account_id)
        .order_by(Group.kana, Group.name)
    )
    return [(group, role) for group, role in rows]


def role_in(session: Session, *, group_id: int, account_id: int) -> MemberRole | None:
    """An account's role in a group."""
    return session.scalars(
        sa.select(GroupMember.role).where(
            GroupMember.group_id == group_id, GroupMember.account_id == account_id
        )
    ).first()


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
