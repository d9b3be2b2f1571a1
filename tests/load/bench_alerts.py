"""Mails about new days: 50,000 wishes × 2,000 days, in one run of the worker's job.

The first run is the worst: everything is new, and every wish gets a letter with its reasons. A
process of its own does it, so that its memory is that of the job alone: how much its peak grew
over what the process took when the job began.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.backend import create_backend
from kyodo_match.config import Settings
from kyodo_match.core.db import Base, use_case
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import GroupKind, GroupStatus, PlainField
from kyodo_match.matching.jobs.alerts import write_alerts
from kyodo_match.matching.models import Wish
from kyodo_match.matching.rules.wishes import FREE_TIMES, Frequency, WishState
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityKind, OpportunityStatus
from kyodo_match.settings import services as settings_services
from kyodo_match.settings.rules import NearDistricts, Nearness, Office
from kyodo_match.signups.rules import AgeGroup, Residency
from tests.load.results import Figure
from tests.support import databases
from tests.support.clock import START

ROOT = Path(__file__).resolve().parents[2]
WISHES = 50_000
DAYS = 2_000
_ACTIVITIES = 700
_GROUPS = 87
_DISTRICTS = ("みらい平", "伊奈", "谷和原", "小絹", "福岡")
_AT_ONCE = 5_000
_SECONDS, _MEGABYTES = 60, 50
_NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def alert_figures(folder: Path) -> list[Figure]:
    """Seconds, seconds of this process's CPU, and how much memory the job took, on both."""
    figures = []
    for kind in databases.KINDS:
        place = folder / f"alerts-{kind}"
        place.mkdir()
        with databases.fresh_database(kind, place) as url:
            settings = databases.settings_for(url, place)
            with databases.new_app(settings).app_context():
                write_crowd()
                databases.close_connections()
            found = _measured(url, place)
        name = f"alerts: {WISHES:,} wishes × {DAYS:,} days, a letter to each ({_NAMES[kind]})"
        figures += [
            Figure(name, [found["seconds"]], "s", _SECONDS),
            Figure(f"{name}, CPU of the worker", [found["cpu"]], "CPU s", _SECONDS),
            Figure(f"{name}, memory on top", [found["megabytes"]], "MB", _MEGABYTES),
        ]
    return figures


def write_crowd() -> None:
    """A city full of groups, days and wishes; every wish's turn has come."""
    settings_services.save(
        office=Office(phone="0297-58-2111"),
        districts=_DISTRICTS,
        near=(
            NearDistricts("みらい平", "伊奈", Nearness.NEIGHBOUR),
            NearDistricts("谷和原", "小絹", Nearness.WITHIN_2_KM),
        ),
        actor="system",
        now=START,
    )
    _write_rows()


@use_case
def _write_rows(session: Session) -> None:
    chance = random.Random(1)
    _insert(session, Group, (_group(n) for n in range(1, _GROUPS + 1)))
    _insert(session, Opportunity, (_activity(n, chance) for n in range(1, _ACTIVITIES + 1)))
    _insert(session, Slot, (_day(n, chance) for n in range(1, DAYS + 1)))
    _insert(session, Wish, (_wish(n, chance) for n in range(1, WISHES + 1)))
    session.execute(sa.text("ANALYZE"))


def _insert(session: Session, model: type[Base], rows: Iterator[Mapping[str, Any]]) -> None:
    while some := list(islice(rows, _AT_ONCE)):
        session.execute(sa.insert(model), some)


def _group(n: int) -> Mapping[str, Any]:
    return {
        "id": n,
        "name": f"里山の会 {n}",
        "kind": GroupKind.PURPOSE,
        "status": GroupStatus.REGISTERED,
        "registered_on": START.date(),
        "created_at": START,
        "updated_at": START,
    }


def _activity(n: int, chance: random.Random) -> Mapping[str, Any]:
    return {
        "id": n,
        "group_id": n % _GROUPS + 1,
        "kind": chance.choice((OpportunityKind.EXPERIENCE, OpportunityKind.VOLUNTEER)),
        "title": f"里山の一日体験 {n}",
        "plain_fields": tuple(chance.sample(tuple(PlainField), 2)),
        "district": chance.choice(_DISTRICTS),
        "place": "豊森の里山",
        "parking": chance.choice(("", "あり")),
        "min_age": chance.choice((None, None, 18)),
        "beginner_welcome": chance.random() < 0.7,
        "leave_early_ok": chance.random() < 0.3,
        "status": OpportunityStatus.PUBLISHED,
        "created_at": START,
        "updated_at": START,
        "published_at": START,
    }


def _day(n: int, chance: random.Random) -> Mapping[str, Any]:
    hours = chance.choice((-1, 0, 4, 9))
    begin = START + timedelta(days=chance.randrange(3, 60), hours=hours)
    return {
        "id": n,
        "opportunity_id": n % _ACTIVITIES + 1,
        "starts_at": begin,
        "ends_at": begin + timedelta(hours=chance.choice((2, 3, 5))),
        "opens_at": START - timedelta(days=1),
        "closes_at": begin - timedelta(days=2),
        "capacity": 10,
        "places_taken": chance.choice((0, 3, 8, 10)),
        "minimum": chance.choice((None, 5)),
    }


def _wish(n: int, chance: random.Random) -> Mapping[str, Any]:
    return {
        "id": n,
        "email": f"wish{n}@example.jp",
        "district": chance.choice(("", *_DISTRICTS)),
        "drives": chance.random() < 0.5,
        "times": tuple(part for part in FREE_TIMES if chance.random() < 0.3),
        "fields": tuple(chance.sample(tuple(PlainField), chance.choice((0, 1, 2, 3)))),
        "party_size": chance.choice((1, 1, 1, 2, 4)),
        "age_group": chance.choice((None, *AgeGroup)),
        "residency": chance.choice((None, *Residency)),
        "beginner": chance.random() < 0.5,
        "frequency": chance.choice((Frequency.DAILY, Frequency.WEEKLY)),
        "state": WishState.ACTIVE,
        "privacy_version": "wish-1",
        "created_at": START,
        "changed_at": START,
        "confirmed_at": START,
        "next_alert_at": START,
    }


def _measured(url: str, folder: Path) -> dict[str, float]:
    own = {"KYODO_ENV": "test", "KYODO_DATA_DIR": str(folder), "KYODO_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        cwd=ROOT,
        env={**os.environ, **own},
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> dict[str, float]:
    """One run of the job until nobody's turn is left."""
    with create_backend(Settings.from_env()).app_context():
        before = _peak()
        begin, cpu = time.perf_counter(), time.process_time()
        letters = write_alerts(now=START + timedelta(minutes=1), seconds=3600)
        return {
            "seconds": time.perf_counter() - begin,
            "cpu": time.process_time() - cpu,
            "megabytes": _peak() - before,
            "letters": letters,
        }


def _peak() -> float:
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
