"""A mother brings her child and watches: the form asks for the child as soon as she says so."""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.person import Person
from tests.browser.story import Story, in_days
from tests.support.make_opportunities import make_opportunity, make_slot

pytestmark = pytest.mark.browser


def test_who_comes_along_is_asked_for_whom(journey: Story) -> None:
    with journey.arranging():
        rice = make_opportunity(title="おにぎりの日", min_age=6, max_age=12)
        slot = make_slot(opportunity=rice, starts_at=in_days(20), capacity=1)
    mother = journey.newcomer(Person, width=PHONE)

    mother.opens(f"/slots/{slot.public_id}/signup", "申込み")
    mother.types(name="山田 花子", kana="やまだ はなこ", phone="0297-58-2111")
    mother.ticks(age_group="18_39", residency="resident", applicant_participates="escort")
    mother.types(companions__0__name="山田 さくら", companions__0__kana="やまだ さくら")
    mother.types(companions__0__age_group="elementary")
    mother.ticks(privacy_consent="y")
    mother.presses("入力した内容を確認する", "入力した内容の確認")
    mother.presses("この内容で申し込む", "参加が決まりました")

    mother.reads("1人と付き添い1人")
