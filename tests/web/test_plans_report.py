"""What a report takes from /plan: the sentence, the charts beside their tables, the file."""

import html
import json
import re
from datetime import datetime

import pytest

from tests.support.make_plans import came, import_real
from tests.support.pages import Browser

CHART = re.compile(r"data-chart='([^']+)'")

pytestmark = pytest.mark.usefixtures("app")


def test_staff_copy_a_sentence_that_says_whose_year_until_when_and_how_it_was_counted(
    browser: Browser, now: datetime
) -> None:
    import_real("tsukubamirai-1", "tsukubamirai-2", now=now)
    came("2025-05-10", 9, 9, now=now)
    came("2026-05-10", 12, 7, now=now)

    page = browser.open("/plan?as_of=2026-09-30")

    assert (
        "市民活動体験に参加した人数：本年度12人／目標（令和9年度）23人（前年同日9人）、9月末現在、"
        "延べ（実人数7人）" in page.text
    )


def test_a_year_that_is_over_is_named_in_the_sentence(browser: Browser, now: datetime) -> None:
    import_real("tsukubamirai-1", "tsukubamirai-2", now=now)
    came("2025-05-10", 9, 9, now=now)

    page = browser.open("/plan?as_of=2026-03-31")

    assert "人数：令和7年度9人／目標（令和9年度）23人" in page.text
    assert "令和8年3月末現在、延べ（実人数9人）" in page.text


def test_the_bars_of_years_and_the_line_of_a_sum_never_share_a_chart(
    browser: Browser, now: datetime
) -> None:
    import_real("tsukubamirai-1", "tsukubamirai-2", now=now)
    came("2025-05-10", 9, 9, now=now)
    came("2026-05-10", 12, 7, now=now)

    page = browser.open("/plan?as_of=2026-09-30")

    charts = [json.loads(html.unescape(found)) for found in CHART.findall(page.html)]
    years = next(each for each in charts if each["kind"] == "bar")
    months = next(each for each in charts if each["kind"] == "line")
    assert dict(zip(years["labels"], years["series"][0]["values"], strict=True)) == {
        "令和6年度": 13,
        "令和7年度": 9,
        "令和8年度": 12,
        "令和9年度": None,
    }
    assert months["labels"][:3] == ["4月", "5月", "6月"]
    assert months["series"][0]["values"][:7] == [0, 12, 12, 12, 12, 12, None]
    assert months["series"][1]["values"][1:3] == [9, 9]
    assert len(charts) == page.html.count("<table") - 1


def test_the_table_of_the_plan_is_there_as_a_file_too(browser: Browser, now: datetime) -> None:
    import_real("tsukubamirai-2", now=now)

    answer = browser.get("/plan.csv")

    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeffplan,goal,indicator,unit,fiscal_year")
