"""抽選の設定 as the office meets it: a round from its draft to its opening, and afterwards."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.matching.errors.rounds import DaysRefused
from kyodo_match.matching.models.rounds import Round
from kyodo_match.matching.rules.rounds import DayFault, DrawClass, RoundMode, RoundStatus
from kyodo_match.matching.services.rounds import choose_days, edit_round
from kyodo_match.opportunities.rules import CapacityUnit, SlotMode
from kyodo_match.signups import services as signups
from kyodo_match.signups.rules import Residency
from tests.support.clock import START, FrozenClock
from tests.support.make_entries import apply
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_rounds import (
    ACTOR,
    CLOSES,
    make_days,
    make_draft,
    make_plan,
    make_round,
    round_now,
)
from tests.support.make_signups import (
    at_once,
    calls_to,
    kinds_to,
    letters_to,
    sign_up,
    slot_now,
)
from tests.support.pages import Browser

TYPED = {
    "title": "冬の体験",
    "opens_at": "2026-11-24T08:30",
    "closes_at": "2026-12-02T17:00",
    "draw_at": "2026-12-05T14:00",
    "draw_place": "市役所 2階",
    "entropy_plan": "さいころを20回振ります。",
}


def _staff(browser: Browser) -> None:
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))


def _only_round() -> Round:
    public_id = db.session().scalars(sa.select(Round.public_id)).one()
    return round_now(public_id)


@pytest.mark.usefixtures("app")
def test_a_round_is_written_given_days_and_opened(browser: Browser) -> None:
    day = make_slot(opportunity=make_opportunity(title="ホタルの里"))
    busy = make_slot(opportunity=make_opportunity(title="混んだ里"))
    sign_up(busy)
    _staff(browser)

    browser.open("/staff/rounds")
    browser.follow("抽選を作る")
    browser.submit(TYPED, press="保存する")
    assert browser.page.says("すでに申込みがあります")
    browser.submit({"add": [day.public_id]}, press="日程を保存する")
    browser.open(f"/staff/rounds/{_only_round().public_id}")
    assert browser.page.says("公開の準備ができました")
    assert browser.page.says("市内在住・在勤・在学で、はじめての方")
    page = browser.submit({}, press="この抽選を公開する")

    assert page.says("受付は2026年11月24日（火）8:30に始まります")
    opened = _only_round()
    assert opened.status is RoundStatus.OPEN
    slot = slot_now(day)
    assert slot.mode is SlotMode.LOTTERY
    assert (slot.opens_at, slot.closes_at) == (opened.opens_at, opened.closes_at)


@pytest.mark.usefixtures("app")
def test_reserves_with_parties_and_wrong_times_are_told_beside_the_field(browser: Browser) -> None:
    _staff(browser)
    browser.open("/staff/rounds/new")

    page = browser.submit(
        {
            **TYPED,
            "mode": RoundMode.SOFT_RESERVES.value,
            "party_limit": "2",
            "closes_at": "2026-11-24T08:30",
        },
        press="保存する",
    )

    assert page.says("グループの申込みは受けられません")
    assert page.says("締切は、受付の開始より後の日時にしてください")
    assert db.session().scalars(sa.select(Round.id)).all() == []


@pytest.mark.usefixtures("app")
def test_a_draft_says_what_it_lacks_and_does_not_open(browser: Browser) -> None:
    draft = make_draft([], draw_place="")
    _staff(browser)

    page = browser.open(f"/staff/rounds/{draft.public_id}")

    assert page.says("抽選にする日程を選んでください")
    assert page.says("抽選の日時と場所を入力してください")
    assert "この抽選を公開する" not in page.text


@pytest.mark.usefixtures("app")
def test_places_are_kept_for_classes_up_to_the_capacity(browser: Browser) -> None:
    days = make_days(1, capacity=5)
    draft = make_draft(days, mode=RoundMode.SOFT_RESERVES, party_limit=1)
    field = f"reserve-{days[0].public_id}"
    _staff(browser)
    browser.open(f"/staff/rounds/{draft.public_id}/days")

    assert browser.submit({f"{field}-0": "6"}, press="日程を保存する").says("定員より多い日程")
    browser.submit({f"{field}-0": "3", f"{field}-2": "2"}, press="日程を保存する")

    assert round_now(draft.public_id).slots[0].reserves == {"0": 3, "2": 2}


@pytest.mark.usefixtures("app")
def test_a_class_that_goes_takes_its_reserved_places_with_it() -> None:
    days = make_days(1, capacity=5)
    draft = make_draft(days, mode=RoundMode.SOFT_RESERVES, party_limit=1)
    kept = {days[0].public_id: {"0": 3, "2": 2}}
    choose_days(round_id=draft.public_id, days=kept, now=START, actor=ACTOR)
    classes = (DrawClass(0, "市内の方", (Residency.RESIDENT,)), DrawClass(1, "そのほかの方"))
    plan = make_plan(mode=RoundMode.SOFT_RESERVES, party_limit=1, classes=classes)

    edit_round(round_id=draft.public_id, plan=plan, now=START, actor=ACTOR)

    assert round_now(draft.public_id).slots[0].reserves == {"0": 3}


@pytest.mark.usefixtures("app")
def test_a_day_whose_places_are_counted_in_parties_is_not_drawn_for(browser: Browser) -> None:
    day = make_slot(capacity_unit=CapacityUnit.PARTIES)
    draft = make_draft([])
    _staff(browser)

    page = browser.open(f"/staff/rounds/{draft.public_id}/days")

    assert page.says("定員を組で数えています（抽選は人で数えます）")
    with pytest.raises(DaysRefused) as refused:
        make_draft([day])
    assert refused.value.faults == {day.public_id: DayFault.BY_PARTY}


@pytest.mark.usefixtures("app")
def test_a_day_is_taken_off_a_draft_and_a_draft_is_withdrawn(browser: Browser) -> None:
    days = make_days(2)
    draft = make_draft(days)
    _staff(browser)

    browser.open(f"/staff/rounds/{draft.public_id}/days")
    browser.submit({"remove": [days[0].public_id]}, press="日程を保存する")
    assert [day.slot_id for day in round_now(draft.public_id).slots] == [days[1].id]
    browser.open(f"/staff/rounds/{draft.public_id}")
    page = browser.submit({}, press="この下書きを取りやめる")

    assert page.says("抽選はまだありません")
    assert slot_now(days[1]).mode is SlotMode.FIRST_COME


@pytest.mark.usefixtures("app")
def test_somebody_who_signed_up_meanwhile_keeps_a_round_closed(browser: Browser) -> None:
    days = make_days(2)
    draft = make_draft(days)
    sign_up(days[0])
    _staff(browser)
    browser.open(f"/staff/rounds/{draft.public_id}")

    page = browser.submit({}, press="この抽選を公開する")

    assert page.says("抽選にできない日程が1件あります：すでに申込みがあります")
    assert round_now(draft.public_id).status is RoundStatus.DRAFT
    assert slot_now(days[1]).mode is SlotMode.FIRST_COME


@pytest.mark.usefixtures("app")
def test_of_an_open_round_only_what_nobody_counts_on_changes(browser: Browser) -> None:
    days = make_days(1)
    one = make_round(days)
    mailed, phoned, left = apply(one, 1, days), apply(one, 2, days, email=""), apply(one, 3, days)
    signups.cancel(signup_id=left.signup_id, now=START, actor="citizen")
    _staff(browser)
    form = browser.open(f"/staff/rounds/{one.public_id}/edit").form_with({"draw_place"}, None)

    assert not form.names & {"closes_at", "party_limit", "classes-0-name", "most_choices"}
    browser.submit({"title": "冬の抽選"}, press="保存する")
    assert "signup-round-moved" not in kinds_to(mailed)
    browser.open(f"/staff/rounds/{one.public_id}/edit")
    browser.submit({"draw_place": "市民ホール"}, press="保存する")

    assert round_now(one.public_id).draw_place == "市民ホール"
    assert round_now(one.public_id).closes_at == CLOSES
    assert kinds_to(mailed)[1:] == ["signup-round-moved"]
    assert "場所：市民ホール" in letters_to(mailed)[-1].body
    (call,) = calls_to(phoned)
    assert "場所：市民ホール" in call.script
    assert "signup-round-moved" not in kinds_to(left)


@pytest.mark.usefixtures("app")
def test_a_deadline_goes_only_further_and_takes_the_days_with_it(browser: Browser) -> None:
    days = make_days(1)
    one = make_round(days)
    mailed, phoned, left = apply(one, 1, days), apply(one, 2, days, email=""), apply(one, 3, days)
    signups.cancel(signup_id=left.signup_id, now=START, actor="citizen")
    _staff(browser)
    form = browser.open(f"/staff/rounds/{one.public_id}/extend")

    page = browser.submit(
        {"closes_at": "2026-12-01T12:00", "reason": "台風"}, press="締切を延ばす"
    )
    assert page.says("今の締切より後")
    page = browser.submit({"closes_at": "2026-12-06T12:00"}, press="締切を延ばす")
    assert page.says("抽選の日時は、名簿の確定より後にしてください")
    page = browser.submit({"closes_at": "2026-12-04T12:00"}, press="締切を延ばす")

    assert page.says("台風")
    later = CLOSES + timedelta(days=2)
    assert round_now(one.public_id).closes_at == round_now(one.public_id).freezes_at == later
    assert slot_now(days[0]).closes_at == later
    assert form.says("申し込んだ2件の方に、新しい締切を、メールか電話で知らせます")
    assert kinds_to(mailed)[1:] == ["signup-round-extended"]
    letter = letters_to(mailed)[-1]
    assert "変更前の締切：2026年12月2日（水）12:00" in letter.body
    assert "新しい締切の2026年12月4日（金）12:00までは" in letter.body
    (call,) = calls_to(phoned)
    assert "新しい締切：2026年12月4日（金）12:00" in call.script
    assert "signup-round-extended" not in kinds_to(left)
    public = browser.open(f"/draws/{one.public_id}")
    assert public.says("2026年12月4日（金）12:00（はじめは2026年12月2日（水）12:00まででした）")


@pytest.mark.usefixtures("app")
def test_two_who_edit_at_once_do_not_overwrite_each_other(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    one = make_round()
    _staff(browser)
    browser.open(f"/staff/rounds/{one.public_id}/edit")
    stale = dict(browser.page.form_with({"draw_place"}, None).filled({}, "保存する"))
    browser.submit({"draw_place": "市民ホール"}, press="保存する")
    frozen_clock.move(minutes=1)

    answer = browser.post(f"/staff/rounds/{one.public_id}/edit", list(stale.items()))

    assert "先に変えました" in answer.text
    assert round_now(one.public_id).draw_place == "市民ホール"


def test_a_day_that_another_draft_has_taken_meanwhile_is_refused_in_words(
    app: Flask, browser: Browser
) -> None:
    wanted, own = make_slot().public_id, make_days(2)
    drafts = [(make_draft([day]).public_id, day.public_id) for day in own]
    _staff(browser)

    def take(n: int) -> str:
        round_id, own_day = drafts[n]
        try:
            choose_days(round_id=round_id, days={own_day: {}, wanted: {}}, now=START, actor=ACTOR)
        except DaysRefused as refusal:
            return str(refusal.faults[wanted])
        return "taken"

    outcomes = at_once(app, take, 2)
    late = drafts[outcomes.index(DayFault.OTHER_ROUND)][0]
    token = browser.open(f"/staff/rounds/{late}/days").value_of("csrf_token")
    answer = browser.post(f"/staff/rounds/{late}/days", {"csrf_token": token, "add": wanted})

    assert sorted(outcomes) == [DayFault.OTHER_ROUND, "taken"]
    assert answer.status_code == 200
    assert len(round_now(late).slots) == 1
