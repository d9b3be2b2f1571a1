"""What is set: read by every slice above."""

from datetime import time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.settings.models import Setting
from kyodo_match.settings.rules import Office, OfficeCalendar

# Built once: every form and every letter asks for a setting.
_BY_NAME = sa.select(Setting.value).where(Setting.name == sa.bindparam("name"))


def _value(session: Session, name: str) -> dict[str, object]:
    found = session.scalar(_BY_NAME, {"name": name})
    return found or {}


def districts(session: Session) -> tuple[str, ...]:
    """The districts that a resident chooses from; empty where a city uses none."""
    names = _value(session, "districts").get("names")
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def office(session: Session) -> Office:
    """The office as it is set, else the defaults."""
    value = _value(session, "office")
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
