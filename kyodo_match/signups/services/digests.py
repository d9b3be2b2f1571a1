"""朝のお知らせ: what groups are told every morning of the days before."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import use_case
from kyodo_match.groups.models import Group
from kyodo_match.settings.models import Setting
from kyodo_match.settings.queries import office
from kyodo_match.signups import queries
from kyodo_match.signups.outbox.digests import tell_group
from kyodo_match.signups.rules import DigestDays


@use_case
def write_digest(session: Session, *, group_id: str, days: DigestDays, now: datetime) -> int:
    """Tell a group's owners and editors what happened to its days. How many were written to.

    Raises NoResultFound. Source: docs/rules/reminders.md.
    """
    group = session.scalars(sa.select(Group).where(Group.public_id == group_id)).one()
    readers = queries.digest_readers(session, group, today=tokyo_date(now))
    news = queries.news_of(session, group, days)
    if readers and news:
        tell_group(session, group, readers, news, days=days, office=office(session), now=now)
    return len(readers) if news else 0


@use_case
def note_digests(session: Session, *, told_until: date) -> None:
    """Every group was told until that day: what the job looks at before it looks any further."""
    value = {"told_until": told_until.isoformat()}
    row = session.scalars(
        sa.select(Setting).where(Setting.name == queries.TOLD_UNTIL).with_for_update()
    ).one_or_none()
    if row is None:
        session.add(Setting(name=queries.TOLD_UNTIL, value=value))
    else:
        row.value = value
