"""The story of the demo, read from `data/` and placed around one day. See data/README.md."""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from kyodo_match.core import text
from kyodo_match.core.clock import TOKYO, tokyo_date
from kyodo_match.core.dates import WEEKDAY_SLUGS
from kyodo_match.opportunities.rules import (
    CONTENT,
    CapacityUnit,
    Content,
    NeedPattern,
    OpportunityKind,
    OpportunityStatus,
    RolePlan,
    SlotMode,
    SlotPlan,
    period,
)
from kyodo_match.settings.rules import OfficeCalendar
from kyodo_match.signups.rules import AgeGroup, Companion, Residency

DATA = Path(__file__).parent / "data"
_WEEK = 7
_YEAR_ENDS, _YEAR_HAS_BEGUN = (12, 29), (1, 3)  # 年末年始: the city's offices are closed
_PUBLISHED_AT, _CLOSES = time(9, 0), time(17, 0)
_WRITTEN, _HANDED_IN, _RETURNED = timedelta(days=4), timedelta(days=2), timedelta(days=1)
_WHEN = ("do", "days_ago", "time", "in_office", "next_office", "minutes_ago")
_RECENTLY = 2  # days ago: what has not been published came in around then


def last_office_day(day: date) -> date:
    """That day, or the last one before on which the office was open."""
    while not OfficeCalendar().is_open_on(day):
        day -= timedelta(days=1)
    return day


def next_office_day(day: date) -> date:
    """That day, or the next one on which the office is open."""
    while not OfficeCalendar().is_open_on(day):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True)
class Days:
    """The days of the story, counted from the day of the demo; times are Japan's."""

    today: date

    def on(self, offset: int, weekday: str | None = None) -> date:
        """A day; a weekday moves it forward to the next such day."""
        day = self.today + timedelta(days=offset)
        if weekday is None:
            return day
        return day + timedelta(days=(WEEKDAY_SLUGS.index(weekday) - day.weekday()) % _WEEK)

    def activity(self, offset: int, weekday: str | None = None) -> date:
        """The day of an activity: nobody meets at the turn of the year, but a week later."""
        day = self.on(offset, weekday)
        while (day.month, day.day) >= _YEAR_ENDS or (day.month, day.day) <= _YEAR_HAS_BEGUN:
            day += timedelta(days=_WEEK)
        return day

    def at(self, days_ago: int, clock_time: time) -> datetime:
        return datetime.combine(self.on(-days_ago), clock_time, TOKYO)

    def office_day(self, days_ago: int, clock_time: time) -> datetime:
        """That day, or the last one before on which the office was open."""
        return datetime.combine(last_office_day(self.on(-days_ago)), clock_time, TOKYO)

    def next_office_day(self, days_ago: int, clock_time: time) -> datetime:
        """That day, or the next one on which the office is open: what follows stays in order."""
        return datetime.combine(next_office_day(self.on(-days_ago)), clock_time, TOKYO)


@dataclass(frozen=True)
class Person:
    """人物: somebody in the story; a household shares phone or e-mail."""

    companion: Companion
    email: str
    phone: str
    residency: Residency
    district: str
    first_time: bool | None


@dataclass(frozen=True)
class Day:
    """日程: one day that is offered, and when it was called off, if it was."""

    key: str
    plan: SlotPlan
    cancelled_at: datetime | None
    cancel_reason: str
    is_added_later: bool


@dataclass(frozen=True)
class Offered:
    """募集: what a group offers, and when it got how far."""

    key: str
    copy_of: str
    group: str
    content: Content
    days: list[Day]
    status: OpportunityStatus
    written_at: datetime
    submitted_at: datetime
    decided_at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str
    return_comment: str


@dataclass(frozen=True)
class Applied:
    """申込み: who applied, what followed and who came."""

    slot: str
    people: list[str]
    applicant_participates: bool
    applicant_escorts: bool
    channel: str
    received_at: datetime
    then: str
    then_at: datetime | None
    then_hours_before_start: int
    companion: str
    attendance: list[str]
    support: tuple[str, ...]
    note: str
    calls_wait: bool
    role: str


@dataclass(frozen=True)
class Event:
    """出来事: whatever else somebody did, by its verb, with what the verb needs."""

    do: str
    at: datetime
    facts: dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """The whole story."""

    days: Days

    people: dict[str, Person]
    offered: list[Offered]
    applied: list[Applied]
    walk_ins: list[dict[str, Any]]
    head_counts: list[dict[str, Any]]
    events: list[Event]


def read(now: datetime) -> Scenario:
    """The story as it stands at that moment."""
    days = Days(tokyo_date(now))
    opportunities, signups = toml("opportunities.toml"), toml("signups.toml")
    with (DATA / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        people = {row["key"]: _person(row) for row in csv.DictReader(file)}
    return Scenario(
        days=days,
        people=people,
        offered=[_offered(raw, days) for raw in opportunities["opportunities"]],
        applied=[_applied(raw, days) for raw in signups["signups"]],
        walk_ins=signups["walk_ins"],
        head_counts=signups["head_counts"],
        events=[
            _event(raw, days, now)
            for name in ("events.toml", "matching.toml")
            for raw in toml(name)["events"]
        ],
    )


def toml(name: str) -> dict[str, Any]:
    """One file of the story."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _person(row: dict[str, str]) -> Person:
    return Person(
        companion=Companion(row["name"], text.kana(row["kana"]), AgeGroup(row["age_group"])),
        email=row["email"],
        phone=row["phone"],
        residency=Residency(row["residency"]),
        district=row["district"],
        first_time={"1": True, "0": False}.get(row["first_time"]),
    )


def _offered(raw: dict[str, Any], days: Days) -> Offered:
    decided_at = days.office_day(raw.get("published_days_ago", _RECENTLY), _PUBLISHED_AT)
    withdrawn = raw.get("withdrawn_days_ago")
    is_public = "published_days_ago" in raw
    return Offered(
        key=raw["key"],
        copy_of=raw.get("copy_of", ""),
        group=raw["group"],
        content=_content(raw),
        days=[
            _day(f"{raw['key']}#{number}", slot, days, opens_at=decided_at if is_public else None)
            for number, slot in enumerate(raw.get("slots", []), start=1)
        ],
        status=OpportunityStatus(raw["status"]),
        written_at=decided_at - _WRITTEN,
        submitted_at=decided_at - _HANDED_IN,
        decided_at=decided_at,
        withdrawn_at=days.at(withdrawn, time(11)) if withdrawn else None,
        withdraw_reason=raw.get("withdraw_reason", ""),
        return_comment=raw.get("return_comment", ""),
    )


def _content(raw: dict[str, Any]) -> Content:
    values = {name: raw[name] for name in CONTENT if name in raw}
    values["kind"] = OpportunityKind(values["kind"])
    values["description"] = values.get("description", "").strip()
    for name in ("plain_fields", "residencies", "wanted_skills"):
        values[name] = tuple(values.get(name, ()))
    if "pattern" in values:
        values["pattern"] = NeedPattern(values["pattern"])
    return Content(**values)


def _day(key: str, raw: dict[str, Any], days: Days, *, opens_at: datetime | None) -> Day:
    day = days.activity(raw["day"], raw.get("weekday"))
    optional = {
        name: raw[name]
        for name in (
            "minimum",
            "party_limit",
            "waitlist_limit",
            "pass_smaller",
            "escorts_count",
        )
        if name in raw
    }
    cancelled, closed = raw.get("cancelled_days_ago"), raw.get("closed_days_ago")
    if "opens_in_days" in raw:
        opens_at = days.office_day(-raw["opens_in_days"], _PUBLISHED_AT)
    starts_at, ends_at = (
        period(day, days.on(raw["last_day"]))
        if "last_day" in raw
        else (_moment(day, raw["start"]), _moment(day, raw["end"]))
    )
    return Day(
        key=key,
        plan=SlotPlan(
            starts_at=starts_at,
            ends_at=ends_at,
            mode=SlotMode(raw.get("mode", SlotMode.FIRST_COME)),
            standing="last_day" in raw,
            roles=tuple(RolePlan(**role) for role in raw.get("roles", ())),
            opens_at=opens_at,
            closes_at=None if closed is None else days.at(closed, _CLOSES),
            capacity=raw["capacity"],
            capacity_unit=CapacityUnit(raw.get("capacity_unit", "people")),
            **optional,
        ),
        cancelled_at=None if cancelled is None else days.at(cancelled, time(10, 30)),
        cancel_reason=raw.get("cancel_reason", ""),
        is_added_later=raw.get("is_added_later", False),
    )


def _moment(day: date, clock_time: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock_time), TOKYO)


def _applied(raw: dict[str, Any], days: Days) -> Applied:
    then, then_days_ago = raw.get("then", ""), raw.get("then_days_ago")
    # An answer comes later in the day than a cancellation, so that a day can hold both.
    hour = time(15) if then.endswith("_offer") else time(10)
    return Applied(
        slot=raw["slot"],
        people=raw["people"],
        applicant_participates=raw.get("applicant_participates", True),
        applicant_escorts=raw.get("applicant_escorts", False),
        channel=raw["channel"],
        received_at=days.at(raw["received_days_ago"], time.fromisoformat(raw["received_time"])),
        then=then,
        then_at=None if then_days_ago is None else days.at(then_days_ago, hour),
        then_hours_before_start=raw.get("then_hours_before_start", 0),
        companion=raw.get("companion", ""),
        attendance=raw.get("attendance", []),
        support=tuple(raw.get("support", ())),
        note=raw.get("note", ""),
        calls_wait=raw.get("calls_wait", False),
        role=raw.get("role", ""),
    )


def _event(raw: dict[str, Any], days: Days, now: datetime) -> Event:
    facts = {name: value for name, value in raw.items() if name not in _WHEN}
    if "minutes_ago" in raw:
        return Event(raw["do"], now - timedelta(minutes=raw["minutes_ago"]), facts)
    on = days.office_day if raw.get("in_office") else days.at
    on = days.next_office_day if raw.get("next_office") else on
    return Event(raw["do"], on(raw["days_ago"], time.fromisoformat(raw["time"])), facts)
