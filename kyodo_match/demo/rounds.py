"""What is drawn by lot in the story: rounds and who applies to them, read from `data/`."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from kyodo_match.core.clock import TOKYO
from kyodo_match.demo.scenario import DATA, Days, next_office_day, toml
from kyodo_match.matching.messages.rounds import usual_classes
from kyodo_match.matching.rules.rounds import PaperRule, RoundMode, RoundPlan

_WRITTEN_AT, _OPENS_AT, _CLOSES_AT = time(10, 15), time(9, 0), time(17, 0)


@dataclass(frozen=True)
class Drawn:
    """抽選: a round with its days, by the story's keys, and when it was written down."""

    key: str
    plan: RoundPlan
    days: tuple[str, ...]
    reserves: dict[str, int]
    created_at: datetime


@dataclass(frozen=True)
class Entered:
    """抽選の申込み: who applied to which round, with which days in order."""

    round: str
    people: tuple[str, ...]
    channel: str
    received_at: datetime
    choices: tuple[str, ...]
    postmarked_on: date | None


def rounds(days: Days) -> Iterator[Drawn]:
    """The rounds of the story."""
    for raw in toml("rounds.toml")["rounds"]:
        yield Drawn(
            key=raw["key"],
            plan=_plan(raw, days),
            days=tuple(f"{raw['key']}#{number}" for number in raw["days"]),
            reserves=raw.get("reserves", {}),
            created_at=_at(days, raw["created_in_days"], _WRITTEN_AT),
        )


def _at(days: Days, in_days: int, clock_time: time) -> datetime:
    return datetime.combine(days.on(in_days), clock_time, TOKYO)


def closing(days: Days, in_days: int) -> datetime:
    """When applications to a round close, on a day counted from that of the demo."""
    return _at(days, in_days, _CLOSES_AT)


def _plan(raw: dict[str, Any], days: Days) -> RoundPlan:
    closes_at = closing(days, raw["closes_in_days"])
    drawn_on = next_office_day(days.on(raw["draw_in_days"]))
    confirm = raw.get("confirm_in_days")
    return RoundPlan(
        title=raw["title"],
        description=raw["description"],
        opens_at=_at(days, raw["opens_in_days"], _OPENS_AT),
        closes_at=closes_at,
        freezes_at=closes_at + timedelta(days=raw.get("freezes_after_days", 0)),
        classes=usual_classes(),
        paper_rule=PaperRule(raw["paper_rule"]),
        draw_at=datetime.combine(drawn_on, time.fromisoformat(raw["draw_time"]), TOKYO),
        draw_place=raw["draw_place"],
        entropy_plan=raw["entropy_plan"],
        confirm_by=None if confirm is None else days.on(confirm),
        most_choices=raw["most_choices"],
        party_limit=raw["party_limit"],
        mode=RoundMode(raw.get("mode", RoundMode.SERIAL)),
    )


def entries(days: Days) -> Iterator[Entered]:
    """Who applied, in the order of the file."""
    with (DATA / "entries.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            posted = row["postmarked_days_ago"]
            yield Entered(
                round=row["round"],
                people=tuple(row["people"].split(";")),
                channel=row["channel"],
                received_at=days.at(
                    int(row["received_days_ago"]), time.fromisoformat(row["received_time"])
                ),
                choices=tuple(f"{row['round']}#{day}" for day in row["choices"].split(";")),
                postmarked_on=days.on(-int(posted)) if posted else None,
            )
