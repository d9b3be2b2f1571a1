"""What is set: read by every slice above."""

from datetime import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.settings.models import Setting
from kyodo_match.settings.rules import (
    NearDistricts,
    Nearness,
    Neighbourhood,
    Office,
    OfficeCalendar,
)

# Built once: every form and every letter asks for a setting.
_ALL = sa.select(Setting.name, Setting.value)
_BY_NAME = sa.select(Setting.value).where(Setting.name == sa.bindparam("name"))


def _value(session: Session, name: str) -> dict[str, Any]:
    found = session.scalar(_BY_NAME, {"name": name})
    return found or {}


def districts(session: Session) -> tuple[str, ...]:
    """The districts that a resident chooses from; empty where a city uses none."""
    return _districts(_value(session, "districts"))


def _districts(value: dict[str, Any]) -> tuple[str, ...]:
    names = value.get("names")
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def near_districts(session: Session) -> tuple[NearDistricts, ...]:
    """Which districts are near to each other, as set; what is not set is far."""
    pairs = _value(session, "near_districts").get("pairs")
    return tuple(
        NearDistricts(str(one), str(other), Nearness(nearness))
        for one, other, nearness in (pairs if isinstance(pairs, list) else ())
    )


def neighbourhood(session: Session) -> Neighbourhood:
    """The same, to be asked from either side."""
    return Neighbourhood(near_districts(session))


def office(session: Session) -> Office:
    """The office as it is set, else the defaults."""
    return _office(_value(session, "office"))


def office_and_districts(session: Session) -> tuple[Office, tuple[str, ...]]:
    """Both in one statement: for the form, which shows both."""
    values = {row.name: row.value for row in session.execute(_ALL)}
    return _office(values.get("office", {})), _districts(values.get("districts", {}))


def _office(value: dict[str, Any]) -> Office:
    weekdays = value.get("weekdays")
    usual = OfficeCalendar()
    return Office(
        name=str(value.get("name") or Office.name),
        phone=str(value.get("phone") or ""),
        email=str(value.get("email") or ""),
        calendar=OfficeCalendar(
            weekdays=frozenset(weekdays) if isinstance(weekdays, list) else usual.weekdays,
            opens=time.fromisoformat(str(value.get("opens") or usual.opens)),
            closes=time.fromisoformat(str(value.get("closes") or usual.closes)),
        ),
    )
