"""設定: what admins change on the pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.settings import queries
from kyodo_match.settings.errors import (
    ClosesBeforeItOpens,
    DistrictTwice,
    NearTwice,
    NearUnknown,
    NeverOpen,
)
from kyodo_match.settings.models import Setting
from kyodo_match.settings.rules import NearDistricts, Office


@use_case
def save(
    session: Session,
    *,
    office: Office,
    districts: Sequence[str],
    near: Sequence[NearDistricts] | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Set the office, the districts and which are near; what is as it was is not written.

    Without `near` that stays. Raises NeverOpen, ClosesBeforeItOpens, DistrictTwice, NearTwice,
    NearUnknown.
    """
    calendar = office.calendar
    if not calendar.weekdays:
        raise NeverOpen
    if calendar.closes <= calendar.opens:
        raise ClosesBeforeItOpens
    for name in districts:
        if list(districts).count(name) > 1:
            raise DistrictTwice(name)
    if near is not None:
        _check_near(near, districts)
        if tuple(near) != queries.near_districts(session):
            pairs = [[pair.one, pair.other, pair.nearness.value] for pair in near]
            _set(session, "near_districts", {"pairs": pairs}, actor=actor, now=now)
    if tuple(districts) != queries.districts(session):
        _set(session, "districts", {"names": list(districts)}, actor=actor, now=now)
    if office != queries.office(session):
        value = {
            "name": office.name,
            "phone": office.phone,
            "email": office.email,
            "weekdays": sorted(calendar.weekdays),
            "opens": calendar.opens.isoformat("minutes"),
            "closes": calendar.closes.isoformat("minutes"),
        }
        _set(session, "office", value, actor=actor, now=now)


def _check_near(near: Sequence[NearDistricts], districts: Sequence[str]) -> None:
    seen: set[frozenset[str]] = set()
    for pair in near:
        both = frozenset({pair.one, pair.other})
        if not both <= set(districts):
            raise NearUnknown(*sorted(both - set(districts))[:1])
        if both in seen or pair.one == pair.other:
            raise NearTwice(pair.one, pair.other)
        seen.add(both)


def _set(session: Session, name: str, value: dict[str, Any], *, actor: str, now: datetime) -> None:
    setting = session.scalars(
        sa.select(Setting).where(Setting.name == name).with_for_update()
    ).first()
    before = setting.value if setting else None
    if setting is None:
        setting = Setting(name=name, value=value)
        session.add(setting)
    setting.value = value
    # Neither is about a person: the audit keeps both values, so that a mistake can be undone.
    record(
        session,
        "setting.changed",
        actor=actor,
        object_kind="setting",
        object_id=name,
        now=now,
        before=before,
        after=value,
    )
