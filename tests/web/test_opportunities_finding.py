"""The calendar beside the list, days for one's own calendar, and what is offered instead."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.pages import Browser

pytestmark = pytest.mark.usefixtures("app")


def events(browser: Browser, path: str) -> dict[str, dict[str, str]]:
    """What a calendar application reads: by the UID of each event."""
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    read: Any = Calendar.from_ical(answer.text)
    assert str(read["METHOD"]) == "PUBLISH"
    return {
        str(event["UID"]): {name: str(event.get(name, "")) for name in ("SUMMARY", "STATUS")}
        for event in read.walk("VEVENT")
    }


def uid(slot: Slot) -> str:
    return f"slot-{slot.public_id}@kyodo-match"


def elsewhere(title: str = "お茶の会") -> Opportunity:
    """Nothing in common with the usual one: another field, another district."""
    return make_opportunity(title=title, plain_fields=("culture",), district="伊奈")


def test_a_day_of_the_calendar_leads_to_that_day_and_keeps_the_search(browser: Browser) -> None:
    make_slot(opportunity=make_opportunity(title="里山の一日体験"))
    make_slot(opportunity=make_opportunity(title="絵本の会"), starts_at=COMING + timedelta(days=1))

    page = browser.open("/opportunities?field=environment")
    day = browser.follow("13日 ○1件 空きあり")

    assert page.says("2026年12月")
    assert page.link("12日") == "/opportunities?field=environment&from=2026-12-12&to=2026-12-12"
    assert day.path == "/opportunities?field=environment&from=2026-12-13&to=2026-12-13"
    assert day.says("1件の活動があります")
    assert day.says("絵本の会")
    assert day.link("12日")


def test_the_calendar_says_in_words_what_is_full(browser: Browser) -> None:
    make_slot(places_taken=10)
    make_slot(starts_at=COMING + timedelta(days=1))

    page = browser.open("/opportunities")

    assert page.links("12日 ×1件 空きなし")
    assert page.links("13日 ○1件 空きあり")


def test_one_turns_the_months_and_reads_the_holidays(browser: Browser) -> None:
    make_slot()

    december = browser.open("/opportunities?q=里山")
    january = browser.follow("次の月")
    november = browser.open("/opportunities?month=2026-11")

    assert december.link("前の月").endswith("month=2026-11#calendar")
    assert january.path.startswith("/opportunities?q=%E9%87%8C%E5%B1%B1&month=2027-01")
    assert january.says("2027年1月")
    assert january.says("1日 元日")
    assert november.says("23日 勤労感謝の日")
    assert november.links("前の月") == []
    assert november.says("この月には、条件に合う日程がありません")


@pytest.mark.parametrize("month", ["x", "2026-13", "0000-00", "2026-11-01"])
def test_a_month_that_is_none_is_left_out_and_said_so(month: str, browser: Browser) -> None:
    make_slot()

    page = browser.open(f"/opportunities?month={month}")

    assert page.says("「カレンダーの月」の条件を読み取れなかった")
    assert page.says("1件の活動があります")


def test_the_page_of_an_activity_leads_back_to_the_search(browser: Browser) -> None:
    make_slot(opportunity=make_opportunity(title="里山の一日体験"))
    path = "/opportunities?field=environment&open=1&from=2026-12-12&to=2026-12-12"

    browser.open(path)
    browser.follow("里山の一日体験")
    back = browser.follow("さがした活動の一覧へ戻る")

    assert back.path == path
    assert back.says("1件の活動があります")


def test_what_is_found_goes_into_ones_own_calendar(browser: Browser) -> None:
    slot = make_slot(opportunity=make_opportunity(title="里山の一日体験"))
    off = make_slot(
        opportunity=slot.opportunity,
        starts_at=COMING + timedelta(days=7),
        status=SlotStatus.CANCELLED,
    )
    make_slot(opportunity=elsewhere())
    make_slot(opportunity=make_opportunity(status=OpportunityStatus.SUBMITTED))

    page = browser.open("/opportunities?field=environment")
    found = events(browser, page.link("カレンダーに入れる"))

    assert found == {
        uid(slot): {"SUMMARY": "里山の一日体験", "STATUS": "CONFIRMED"},
        uid(off): {"SUMMARY": "【中止】里山の一日体験", "STATUS": "CANCELLED"},
    }


def test_days_of_a_withdrawn_activity_are_taken_out_of_calendars(browser: Browser) -> None:
    withdrawn = OpportunityStatus.WITHDRAWN
    slot = make_slot(opportunity=make_opportunity(status=withdrawn, published_at=COMING))
    never = make_slot(opportunity=make_opportunity(status=withdrawn))

    found = events(browser, "/opportunities.ics?open=1")

    assert found[uid(slot)]["STATUS"] == "CANCELLED"
    assert uid(never) not in found


def test_one_day_and_all_days_of_an_activity(browser: Browser, now: datetime) -> None:
    slot = make_slot(opportunity=make_opportunity(title="里山の一日体験"), calendar_sequence=3)
    second = make_slot(opportunity=slot.opportunity, starts_at=COMING + timedelta(days=7))

    page = browser.open(f"/opportunities/{slot.opportunity.public_id}")
    answer = browser.get(page.link("カレンダーに入れる（12月12日"))
    event: Any = Calendar.from_ical(answer.text).walk("VEVENT")[0]
    all_days = events(browser, page.link("すべての日程をカレンダーに入れる"))

    assert (str(event["UID"]), event["SEQUENCE"]) == (uid(slot), 3)
    assert event["DTSTART"].dt == slot.starts_at
    assert event["DTEND"].dt == slot.ends_at
    assert event["DTSTAMP"].dt == now
    assert "豊森の里山" in str(event["LOCATION"])
    assert str(event["URL"]).endswith(f"/opportunities/{slot.opportunity.public_id}")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert set(all_days) == {uid(slot), uid(second)}


@pytest.mark.parametrize("kind", ["atom", "csv", "json"])
def test_what_nobody_has_asked_for_is_not_there(kind: str, browser: Browser) -> None:
    assert browser.get(f"/opportunities.{kind}").status_code == 404


@pytest.mark.parametrize("status", sorted(set(OpportunityStatus) - {"published", "closed"}))
def test_what_is_not_public_has_no_calendar(status: OpportunityStatus, browser: Browser) -> None:
    slot = make_slot(opportunity=make_opportunity(status=status))

    for path in (
        f"/opportunities/{slot.opportunity.public_id}.ics",
        f"/slots/{slot.public_id}.ics",
    ):
        assert browser.get(path).status_code == 404


def test_a_full_activity_offers_what_is_like_it_the_nearest_in_kind_first(
    browser: Browser,
) -> None:
    full = make_slot(places_taken=10, waitlist_limit=0)
    near = make_opportunity(title="同じ地区の会", plain_fields=("culture",))
    make_slot(opportunity=near, starts_at=COMING + timedelta(days=1))
    both = make_opportunity(title="分野も地区も同じ会")
    make_slot(opportunity=both, starts_at=COMING + timedelta(days=9))
    make_slot(
        opportunity=make_opportunity(title="ずっと先の会"), starts_at=COMING.replace(year=2028)
    )
    make_slot(opportunity=make_opportunity(title="ここも満席の会"), places_taken=10)
    make_slot(opportunity=elsewhere(title="ちがう会"))

    page = browser.open(f"/opportunities/{full.opportunity.public_id}")

    assert page.says("空きのある、よく似た活動")
    assert page.text.index("分野も地区も同じ会") < page.text.index("同じ地区の会")
    for title in ("ずっと先の会", "ここも満席の会", "ちがう会"):
        assert not page.says(title)


def test_an_activity_with_a_free_day_offers_nothing_instead(browser: Browser) -> None:
    slot = make_slot()
    make_slot()

    page = browser.open(f"/opportunities/{slot.opportunity.public_id}")

    assert not page.says("よく似た活動")


@pytest.mark.parametrize(
    "values",
    [
        {"status": SlotStatus.CANCELLED},
        {"status": SlotStatus.POSTPONED},
        {"places_taken": 10, "waitlist_limit": 0},
        {"closes_at": COMING - timedelta(days=60)},
        {"starts_at": COMING - timedelta(days=60)},
    ],
)
def test_a_sign_up_that_cannot_be_is_no_dead_end(
    values: dict[str, object], browser: Browser
) -> None:
    opportunity = make_opportunity(group=make_group())
    slot = make_slot(opportunity=opportunity, **values)  # type: ignore[arg-type]
    other = make_slot(opportunity=opportunity, starts_at=COMING + timedelta(days=7))
    make_slot(opportunity=make_opportunity(title="近くのよく似た会"))

    page = browser.open(f"/slots/{slot.public_id}/signup")

    assert page.says("いまは申し込めません")
    assert page.link("この日に申し込む") == f"/slots/{other.public_id}/signup"
    assert page.link("近くのよく似た会")
    assert page.says("電話で相談する")


def test_the_sign_up_of_a_closed_activity_says_so_and_leads_on(browser: Browser) -> None:
    closed = make_opportunity(status=OpportunityStatus.CLOSED, published_at=COMING)
    slot = make_slot(opportunity=closed)
    make_slot(opportunity=make_opportunity(title="近くのよく似た会"))

    page = browser.open(f"/slots/{slot.public_id}/signup")

    assert page.says("いまは申し込めません")
    assert page.links("この日に申し込む") == []
    assert page.link("近くのよく似た会")


def test_the_sign_up_of_a_withdrawn_activity_leads_to_what_is_left_of_it(
    browser: Browser,
) -> None:
    gone = make_opportunity(status=OpportunityStatus.WITHDRAWN, published_at=COMING)
    slot = make_slot(opportunity=gone)
    draft = make_slot(opportunity=make_opportunity(status=OpportunityStatus.DRAFT))

    answer = browser.get(f"/slots/{slot.public_id}/signup")

    assert (answer.status_code, answer.location) == (303, f"/opportunities/{gone.public_id}")
    assert browser.get(f"/slots/{draft.public_id}/signup").status_code == 404


def test_the_home_page_leads_to_the_calendar(browser: Browser) -> None:
    make_slot()

    assert browser.open("/").link("カレンダーで日を選ぶ") == "/opportunities#calendar"
