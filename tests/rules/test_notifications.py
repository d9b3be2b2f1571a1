"""When a message is tried again, and what the calendar says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from kyodo_match.core.clock import TOKYO
from kyodo_match.notifications import calendar
from kyodo_match.notifications.rules import is_beating, next_try, wait_after
from kyodo_match.settings.rules import OfficeCalendar

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def test_tries_go_on_for_four_hours_at_least_and_then_end() -> None:
    waits: list[timedelta] = []

    while (wait := wait_after(len(waits) + 1)) is not None:
        waits.append(wait)

    assert sum(waits, timedelta()) >= timedelta(hours=4)
    assert waits == sorted(waits)


@pytest.mark.parametrize(
    ("seconds", "beating"), [(0, True), (119, True), (120, True), (121, False)]
)
def test_a_pulse_counts_for_two_minutes(*, seconds: int, beating: bool) -> None:
    assert is_beating(NOW - timedelta(seconds=seconds), NOW) is beating


def test_no_pulse_is_no_worker() -> None:
    assert not is_beating(None, NOW)


def invited(*, cancelled: bool, sequence: int) -> tuple[Any, Any]:
    text = calendar.invite(
        uid="a1b2c3d4e5f6@city.example.jp",
        sequence=sequence,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=2),
        summary="花壇づくり；みんなで, 楽しく",
        location="中央公園",
        description="受付番号：R8-00012\n2行目",
        stamp=NOW,
        cancelled=cancelled,
    )
    assert "\r\n" in text
    read = Calendar.from_ical(text)
    (event,) = read.walk("VEVENT")
    return read, event


def test_an_invitation_says_when_in_japan_time() -> None:
    read, event = invited(cancelled=False, sequence=0)

    assert [str(zone["TZID"]) for zone in read.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    assert event["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert event["DTSTART"].dt.strftime("%H:%M") == "10:00"
    assert str(read["METHOD"]) == "PUBLISH"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert str(event["SUMMARY"]) == "花壇づくり；みんなで, 楽しく"
    assert str(event["DESCRIPTION"]) == "受付番号：R8-00012\n2行目"


def test_a_cancellation_has_the_same_uid_and_a_higher_sequence() -> None:
    _, before = invited(cancelled=False, sequence=0)

    read, after = invited(cancelled=True, sequence=1)

    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert str(after["STATUS"]) == "CANCELLED"
    assert str(read["METHOD"]) == "CANCEL"


def test_long_and_odd_words_of_a_calendar_come_back_whole_from_short_lines() -> None:
    words = "川の土手; 道具は\\倉庫, 軍手\nは😀貸します。" * 9
    day = calendar.Entry("a@b", 0, NOW, NOW, words, words, words, calendar.Status.CONFIRMED)

    text = calendar.publish([day], name="市民, 協働; まつり", stamp=NOW)

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    read = Calendar.from_ical(text)
    (event,) = read.walk("VEVENT")
    assert [str(event[name]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION")] == [words] * 3
    assert r"X-WR-CALNAME:市民\, 協働\; まつり" in text


@pytest.mark.parametrize(
    ("tried", "tries", "again"),
    [
        ("2026-11-24T10:00", 1, "2026-11-24T12:00"),
        ("2026-11-24T10:00", 2, "2026-11-24T14:00"),
        ("2026-11-24T16:30", 1, "2026-11-25T08:30"),
        ("2026-11-20T16:30", 1, "2026-11-24T08:30"),
        ("2026-11-24T05:00", 1, "2026-11-24T08:30"),
    ],
    ids=[
        "after two hours",
        "later after four",
        "next morning",
        "over a holiday",
        "before opening",
    ],
)
def test_who_was_not_reached_is_phoned_again_in_office_hours(
    tried: str, tries: int, again: str
) -> None:
    at = datetime.fromisoformat(tried).replace(tzinfo=TOKYO)

    found = next_try(at, tries=tries, due_at=None, calendar=OfficeCalendar())

    assert found == datetime.fromisoformat(again).replace(tzinfo=TOKYO)


def test_the_next_try_is_never_after_the_deadline() -> None:
    at = datetime(2026, 11, 24, 10, tzinfo=TOKYO)
    due_at = at + timedelta(hours=1)

    found = next_try(at, tries=1, due_at=due_at, calendar=OfficeCalendar())

    assert found == due_at
