"""A hundred thousand days with their sign-ups, written quickly: no service is asked."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import Base, use_case
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import GroupKind, GroupStatus
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityKind, OpportunityStatus
from kyodo_match.participation.models import SlotTally
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import AgeGroup, Channel, Residency, SignupStatus

DAYS = 100_000
_OPPORTUNITIES = 10_000
_PEOPLE = 60_000
_FIRST = 1_000_000  # far from the numbers that a database gives itself
_AT_ONCE = 5_000
_WRITTEN = datetime(2024, 3, 1, 9, tzinfo=TOKYO)
_STATES = ("attended", "attended", "absent", "unmarked")


@use_case
def write_season(session: Session, /, *, days: int = DAYS) -> None:
    """Days over three years, ten to an opportunity, each with one application of one or two."""
    session.add(
        Group(
            id=_FIRST,
            name="里山の会",
            kind=GroupKind.PURPOSE,
            status=GroupStatus.REGISTERED,
            registered_on=date(2024, 3, 1),
            created_at=_WRITTEN,
            updated_at=_WRITTEN,
        )
    )
    session.flush()
    _insert(session, Opportunity, (_opportunity(n) for n in range(min(days, _OPPORTUNITIES))))
    _insert(session, Slot, (_slot(n) for n in range(days)))
    _insert(session, Signup, (_signup(n) for n in range(days)))
    _insert(session, Participant, (one for n in range(days) for one in _party(n)))
    _insert(session, SlotTally, (_tally(n) for n in range(days)))
    session.execute(sa.text("ANALYZE"))


def _insert(session: Session, model: type[Base], rows: Iterator[Mapping[str, Any]]) -> None:
    while some := list(islice(rows, _AT_ONCE)):
        session.execute(sa.insert(model), some)


def _opportunity(n: int) -> Mapping[str, Any]:
    return {
        "id": _FIRST + n,
        "group_id": _FIRST,
        "kind": OpportunityKind.EXPERIENCE,
        "title": f"里山の一日体験 {n}" if n % 50 else f"=里山の一日体験 {n}",
        "status": OpportunityStatus.PUBLISHED,
        "created_at": _WRITTEN,
        "updated_at": _WRITTEN,
        "published_at": _WRITTEN,
    }


def _slot(n: int) -> Mapping[str, Any]:
    begin = _WRITTEN + timedelta(days=31 + n % 1000, hours=n % 7)
    return {
        "id": _FIRST + n,
        "opportunity_id": _FIRST + n % _OPPORTUNITIES,
        "starts_at": begin,
        "ends_at": begin + timedelta(hours=2),
        "capacity": 10,
        "places_taken": 1 + n % 2,
    }


def _signup(n: int) -> Mapping[str, Any]:
    return {
        "id": _FIRST + n,
        "receipt_number": f"R6-{n:06}",
        "slot_id": _FIRST + n,
        "status": SignupStatus.CONFIRMED,
        "channel": Channel.WEB,
        "name": f"見本 {n}",
        "kana": "みほん",
        "email": f"mihon{n}@example.jp",
        "residency": Residency.RESIDENT,
        "privacy_version": "2026-04",
        "privacy_confirmed_at": _WRITTEN,
        "privacy_by": "form",
        "received_at": _WRITTEN,
    }


def _party(n: int) -> Iterator[Mapping[str, Any]]:
    for position in range(1, 2 + n % 2):
        yield {
            "signup_id": _FIRST + n,
            "position": position,
            "name": f"見本 {n}",
            "kana": "みほん",
            "age_group": AgeGroup.FROM_40_TO_64,
            "person_key": f"{(n * position) % _PEOPLE:032x}",
            "attendance": _STATES[n % len(_STATES)],
        }


def _tally(n: int) -> Mapping[str, Any]:
    return {"slot_id": _FIRST + n, "visits": 1 + n % 2, "updated_at": _WRITTEN}
