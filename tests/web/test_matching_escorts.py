"""A mother brings her child to a draw: what she is asked, and what the office sees of her."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.matching.models.rounds import DrawEntry
from kyodo_match.matching.queries.entries import entry_by_signup
from kyodo_match.signups.models import Signup
from tests.support.databases import look_again
from tests.support.make_people import make_account, sign_in
from tests.support.make_rounds import make_days, make_round
from tests.support.pages import Browser
from tests.support.sign_up_form import all_signups

NEXT, SEND = "入力した内容を確認する", "この内容で申し込む"
MOTHER: dict[str, Any] = {
    "name": "山田 花子",
    "kana": "やまだ はなこ",
    "age_group": "18_39",
    "residency": "other",
    "applicant_participates": "escort",
    "email": "hanako@example.jp",
    "privacy_consent": True,
}
CHILD = {
    "companions-0-name": "山田 さくら",
    "companions-0-kana": "やまだ さくら",
    "companions-0-age_group": "elementary",
}
FACTS = {"companions-0-residency": "resident", "companions-0-first_time": "1"}


def entry_of(signup: Signup) -> DrawEntry:
    found = entry_by_signup(db.session(), signup.public_id)
    assert found is not None
    return found


def test_an_escort_is_not_asked_what_decides_the_class(
    app: Flask, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    one = make_round(make_days(2))
    day = one.slots[0].slot.public_id
    form = browser.open(f"/draws/{one.public_id}/apply")
    asked = browser.submit({**MOTHER, **CHILD, "choice_1": day}, press=NEXT)
    check = browser.submit(FACTS, press=NEXT)
    receipt = browser.submit({}, press=SEND)

    [signup] = all_signups()
    assert form.says("介助の方など）は、人数にも区分にも数えません。")
    assert asked.says("1人目の同行者の、市との関わりを選んでください。")
    assert not asked.says("＊はじめてかどうか")
    assert check.says("参加する方（1人と付き添い1人）")
    assert check.says("区分：市内在住・在勤・在学で、はじめての方")
    assert receipt.says("1人と付き添い1人")
    assert entry_of(signup).size == 1

    staff = new_browser()
    sign_in(staff, make_account(role=StaffRole.COORDINATOR))
    listed = staff.open(f"/staff/rounds/{one.public_id}/entries")
    facts = staff.open(f"/staff/rounds/{one.public_id}/entries/{signup.public_id}")
    change = staff.open(f"/staff/signups/{signup.public_id}/entry")
    stays = change.form_with({"applicant_participates"}, None).filled({}, None)
    staff.submit({"applicant_participates": "1", "first_time": "0"}, press="この内容に変える")

    look_again()
    assert listed.says("山田 花子")
    assert facts.says("付き添いの方（山田 花子）は、人数にも区分にも数えません。")
    assert ("applicant_participates", "escort") in stays
    assert entry_of(signup).size == 2


def test_a_row_may_be_an_escort_and_answers_only_where_the_days_count_them(
    app: Flask, browser: Browser
) -> None:
    helper = {**MOTHER, **CHILD, "applicant_participates": "1", "first_time": "1"}
    helper["companions-0-escort"] = True
    rounds = [make_round(make_days(1, escorts_count=counts)) for counts in (False, True)]

    pages = []
    for one in rounds:
        browser.open(f"/draws/{one.public_id}/apply")
        day = one.slots[0].slot.public_id
        pages.append(browser.submit({**helper, "choice_1": day}, press=NEXT))

    assert pages[0].says("参加する方（1人と付き添い1人）")
    assert pages[1].says("1人目の同行者の、市との関わりを選んでください。")
