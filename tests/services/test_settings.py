"""設定: the office and the districts, on both databases."""

from dataclasses import replace
from datetime import datetime, time

import pytest
import sqlalchemy as sa

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.settings import queries, services
from kyodo_match.settings.errors import ClosesBeforeItOpens, DistrictTwice, NeverOpen
from kyodo_match.settings.rules import Office, OfficeCalendar

OFFICE = Office(
    name="市民活動課",
    phone="0297-58-2111",
    email="katsudo@example.jp",
    calendar=OfficeCalendar(frozenset({1, 2, 3, 4, 5}), time(9, 0), time(21, 30)),
)
DISTRICTS = ("みらい平", "伊奈", "谷和原")


def save(now: datetime, office: Office = OFFICE, districts: tuple[str, ...] = DISTRICTS) -> None:
    services.save(office=office, districts=districts, actor="abc", now=now)


@pytest.mark.usefixtures("app")
def test_what_is_set_is_what_every_slice_reads(now: datetime) -> None:
    save(now)

    assert queries.office(db.session()) == OFFICE
    assert queries.districts(db.session()) == DISTRICTS


@pytest.mark.usefixtures("app")
def test_only_what_changed_is_on_record_with_its_former_value(now: datetime) -> None:
    save(now)
    save(now, districts=("北", "南"))

    events = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id)).all()

    assert [event.object_id for event in events] == ["districts", "office", "districts"]
    assert events[-1].facts == {
        "before": {"names": list(DISTRICTS)},
        "after": {"names": ["北", "南"]},
    }


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("calendar", "refusal"),
    [
        (replace(OFFICE.calendar, weekdays=frozenset()), NeverOpen),
        (replace(OFFICE.calendar, opens=time(17), closes=time(9)), ClosesBeforeItOpens),
        (replace(OFFICE.calendar, opens=time(9), closes=time(9)), ClosesBeforeItOpens),
    ],
    ids=["no day", "the wrong way round", "no time"],
)
def test_an_office_that_is_never_open_is_refused(
    now: datetime, calendar: OfficeCalendar, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        save(now, replace(OFFICE, calendar=calendar))

    assert queries.office(db.session()) == Office()


@pytest.mark.usefixtures("app")
def test_a_district_stands_once(now: datetime) -> None:
    with pytest.raises(DistrictTwice):
        save(now, districts=("伊奈", "伊奈"))
