"""The coordinator's desk, the invitation in somebody's hands, and what a group sees of it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.matching.models import Proposal
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.opportunities.rules import RolePlan
from kyodo_match.signups.models import Signup
from tests.support.databases import look_again
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_volunteers import (
    calls_to_volunteers,
    invite,
    link_of,
    make_need,
    make_volunteer,
)
from tests.support.pages import Browser

pytestmark = pytest.mark.usefixtures("app")


def states() -> list[ProposalState]:
    look_again()
    return list(db.session().scalars(sa.select(Proposal.state).order_by(Proposal.id)))


def proposed_ids() -> list[str]:
    look_again()
    return list(
        db.session().scalars(
            sa.select(Proposal.public_id).where(Proposal.state == ProposalState.PROPOSED)
        )
    )


@pytest.fixture
def coordinator(new_browser: Callable[[], Browser]) -> Browser:
    browser = new_browser()
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    return browser


def test_from_the_desk_to_a_place_with_the_consent_of_the_person(
    coordinator: Browser, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    roles = (RolePlan("花植え", 2, "gardening"), RolePlan("受付", 1))
    slot, volunteer = make_need(roles=roles), make_volunteer(1)
    make_volunteer(2, may_be_asked=False)
    owner = new_browser()
    sign_in(owner, make_member(slot.opportunity.group))

    coordinator.open("/staff/matching")
    page = coordinator.follow("花だんの手入れ")
    assert "草花・畑しごとが得意" in page.text
    assert "花植え あと2人、受付 あと1人" in page.text
    assert "登録 2" not in page.text
    proposed = coordinator.submit({"volunteer": [volunteer.public_id]}, press="選んだ方を")
    assert proposed.h1 == "確認待ちの案"
    assert "まだお声がけしていません" in owner.open(f"/group/slots/{slot.public_id}/help").text
    unasked = coordinator.submit({}, press="選んだ方にお声がけする")
    assert "案を選んでください" in unasked.text  # a person chooses each
    coordinator.submit({"proposal": proposed_ids()}, press="選んだ方にお声がけする")
    assert states() == [ProposalState.INVITED]

    seen = owner.open("/group/")
    assert "1人にお声がけ中" in seen.text
    assert "登録 1" not in seen.text + owner.open(f"/group/slots/{slot.public_id}/help").text
    mine = browser.open(link_of(volunteer))
    assert "お願いしたい役割 花植え" in mine.text
    assert "草花・畑しごとが得意" in mine.text
    without = browser.submit({}, press="引き受けます")
    assert "団体に、名前と連絡先を伝えてよい" in without.text
    assert states() == [ProposalState.INVITED]
    done = browser.submit({"agreed": True}, press="引き受けます")
    assert "参加が決まりました" in done.text
    assert "登録 1" in owner.open(f"/group/slots/{slot.public_id}/signups").text


def test_all_at_once_then_each_is_confirmed_or_dropped(coordinator: Browser) -> None:
    make_need(capacity=2)
    for number in (1, 2):
        make_volunteer(number)
    coordinator.open("/staff/matching")

    made = coordinator.submit(press="まとめて提案を作る")

    assert "2件の案を作りました。全体の合計がいちばん高くなるように選びました。" in made.text
    first, second = proposed_ids()
    coordinator.submit({"proposal": [first]}, press="選んだ案をやめる")
    coordinator.submit({"proposal": [second]}, press="選んだ方にお声がけする")
    assert sorted(states()) == [ProposalState.INVITED, ProposalState.WITHDRAWN]
    assert "お返事を待っているお声がけ" in coordinator.open("/staff/matching").text


def test_an_answer_by_phone_is_one_button_on_the_call(coordinator: Browser) -> None:
    slot = make_need()
    invite(slot, make_volunteer(1, email=""), make_volunteer(2, email=""))
    one, other = calls_to_volunteers()

    listed = coordinator.open("/staff/phone-calls")
    assert "登録 1" in listed.text
    assert "090-0001-0001" in listed.text
    assert "登録 1" in coordinator.open("/staff/phone-calls/print").text
    coordinator.open(f"/staff/phone-calls/{one.public_id}")
    answered = coordinator.submit({}, press="「引き受けます。伝えてよい」と聞いた")
    assert "引受けを記録しました" in answered.text
    coordinator.open(f"/staff/phone-calls/{other.public_id}")
    coordinator.submit({}, press="「今回は遠慮します」と聞いた")

    assert sorted(states()) == [ProposalState.ACCEPTED, ProposalState.DECLINED]
    assert db.session().scalars(sa.select(sa.func.count(Signup.id))).one() == 1
    assert "登録 1" not in coordinator.open("/staff/phone-calls").text


def test_a_group_sees_how_many_fit_and_asks_for_help(
    coordinator: Browser, browser: Browser
) -> None:
    slot = make_need()
    sign_in(browser, make_member(slot.opportunity.group))
    for number in (1, 2):
        make_volunteer(number)
    browser.open("/group/")
    few = browser.follow("人が足りないときの相談")
    make_volunteer(3)
    enough = browser.open(f"/group/slots/{slot.public_id}/help")

    asked = browser.submit(press="コーディネーターに相談する")

    assert "ボランティア登録の方 少数" in few.text
    assert "ボランティア登録の方 3人" in enough.text
    assert "相談は届いています" in asked.text
    assert "団体からの人集めの相談 1件" in coordinator.open("/staff/").text
    coordinator.open(f"/staff/matching/needs/{slot.public_id}")
    coordinator.submit({}, press="対応済みにする")
    assert "団体からの人集めの相談" not in coordinator.open("/staff/").text


def test_who_only_views_sees_numbers_and_no_names(browser: Browser) -> None:
    invite(make_need(), make_volunteer(1))
    make_volunteer(2)
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    page = browser.open("/staff/matching")

    assert "花だんの手入れ" in page.text
    assert "お返事を待っているお声がけは1件です" in page.text
    assert "登録 " not in page.text


def test_nobody_answers_for_somebody_else(browser: Browser) -> None:
    slot = make_need()
    own, foreign = make_volunteer(1), make_volunteer(2)
    asked = invite(slot, foreign)[0]
    page = browser.open(link_of(own))
    token = page.value_of("csrf_token")

    answer = browser.post(
        f"/volunteers/mine/invitations/{asked.public_id}",
        {"csrf_token": token, "action": "accept", "agreed": "1"},
    )

    assert answer.status_code == 404
    assert states() == [ProposalState.INVITED]
