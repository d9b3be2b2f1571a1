"""What no page of ours sends: numbers that are none, NUL, rows by odd numbers, other days."""

import pytest

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.matching.rules.rounds import RoundStatus
from kyodo_match.matching.rules.wishes import Frequency, WishChoices
from kyodo_match.matching.services import wishes
from kyodo_match.opportunities.rules import OpportunityStatus
from tests.support.clock import START
from tests.support.make_entries import freeze, hold, publish
from tests.support.make_opportunities import make_opportunity
from tests.support.make_people import make_account, sign_in
from tests.support.make_rounds import enter, make_days, make_draft, make_round, round_now
from tests.support.make_signups import keys
from tests.support.make_volunteers import make_need
from tests.support.pages import Browser

pytestmark = pytest.mark.usefixtures("app")
NUL, ENDLESS = "a\x00b", "9" * 5000
# Statuses that tell a person something: never a fault of ours.
TOLD = {200, 303, 400, 404}


def _staff(browser: Browser) -> str:
    """A coordinator's token."""
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    return browser.open("/staff/rounds/new").value_of("csrf_token")


def test_what_an_address_never_holds_is_read_as_nothing(browser: Browser) -> None:
    days = make_days(capacity=1)
    one = make_round(days)
    enter(one, days, 1)
    publish_all(one.public_id)
    _staff(browser)
    draft = make_draft().public_id

    answers = {
        path: browser.get(path).status_code
        for path in (
            f"/draws/{one.public_id}?entry=A%00-0001",
            f"/wishes?party_size={ENDLESS}",
            "/wishes/days?party_size=-1",
            "/wishes/days?district=%00",
            f"/staff/rounds/{draft}/days?from=0001-01-01&to=9999-12-31",
            f"/staff/rounds/{draft}/days?q=%00",
        )
    }

    assert set(answers.values()) == {200}, answers


def publish_all(round_id: str) -> None:
    """Freeze, draw and publish a round."""
    hold(freeze(round_now(round_id)))
    publish(round_now(round_id))
    assert round_now(round_id).status is RoundStatus.PUBLISHED


def test_what_a_form_never_sends_is_refused_in_words(browser: Browser) -> None:
    days = make_days()
    one = make_round(days)
    signup_id = enter(one, days, 1).signup_id
    need, draft = make_need(), make_draft(make_days(2)).public_id
    token = _staff(browser)

    answers = [
        browser.post(path, {"csrf_token": token, **sent}).status_code
        for path, sent in (
            (f"/staff/rounds/{draft}/edit", {"version": ENDLESS}),
            (f"/staff/rounds/{draft}/edit", {"version": "²"}),
            (f"/staff/rounds/{draft}/edit", {"classes-²-name": "区分"}),
            (f"/staff/rounds/{draft}/edit", {f"classes-{ENDLESS}-name": "区分"}),
            (f"/staff/rounds/{draft}/days", {"add": NUL}),
            (f"/staff/rounds/{one.public_id}/entries/{signup_id}", {"people-²-residency": "x"}),
            (f"/staff/matching/needs/{need.public_id}", {"volunteer": NUL}),
            ("/staff/matching/proposals", {"proposal": NUL, "action": "invite"}),
            ("/staff/weights", {"version": ENDLESS}),
            ("/wishes", {"party_size": ENDLESS}),
            ("/wishes/put-away", {"opportunity": NUL, "away": "1", "back": NUL}),
        )
    ]

    assert set(answers) <= TOLD, answers
    assert browser.get("/wishes/days").status_code == 200


def test_facts_of_other_people_than_there_are_now_are_not_written(browser: Browser) -> None:
    days = make_days()
    one = make_round(days)
    signup_id = enter(one, days, 1, 2).signup_id
    token = _staff(browser)
    page = f"/staff/rounds/{one.public_id}/entries/{signup_id}"

    answer = browser.post(
        page, {"csrf_token": token, "people-0-residency": "other", "people-0-first_time": "0"}
    )

    assert answer.headers["Location"] == page
    assert browser.open(page).says("この間に、参加する方が変わりました")


def test_what_is_not_published_is_not_named_to_who_puts_it_away(browser: Browser) -> None:
    secret = make_opportunity(title="まだ秘密の企画", status=OpportunityStatus.DRAFT)
    wish_id = wishes.keep_wish(
        choices=WishChoices(),
        email="kibou@example.jp",
        frequency=Frequency.NONE,
        privacy_version="1",
        keys=keys(),
        address=None,
        now=START,
    )
    browser.open(f"/wishes/open/{keys().wish_token(wish_id, 1)}")
    token = browser.open("/wishes/link").value_of("csrf_token")
    sent = {"csrf_token": token, "opportunity": secret.public_id, "away": "1"}

    own = browser.post("/wishes/mine/put-away", sent)
    browser.post("/wishes/put-away", sent)

    assert own.status_code == 404
    assert not browser.open("/wishes/mine").says("まだ秘密の企画")
    assert not browser.open("/wishes/days").says("まだ秘密の企画")
