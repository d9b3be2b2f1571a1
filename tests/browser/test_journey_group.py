"""A group's secretary: last year's call once more, with more days, and one of them moved later."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from kyodo_match.core.db import db
from kyodo_match.opportunities import queries, services
from kyodo_match.opportunities.rules import OpportunityStatus
from tests.browser.conftest import PHONE
from tests.browser.person import Person
from tests.browser.story import Story, in_days, really_now, typed
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_member
from tests.support.make_signups import sign_up

pytestmark = pytest.mark.browser

EARLIER, TITLE = "花壇の植えかえ　昨年度", "花壇の植えかえ　今年度"
ANSWERS = "mihon201@example.jp"


@dataclass(frozen=True)
class Secretary:
    """Whoever writes for the group, and how the office reaches them."""

    at: Person
    email: str


def test_a_group_offers_last_years_days_again_and_moves_one(journey: Story) -> None:
    owner = _a_secretary_comes_in(journey)
    opportunity_id = _copies_last_year_and_adds_days(owner.at)
    _looks_at_it_as_citizens_will_and_hands_it_in(owner.at)
    _it_is_published(journey, owner, opportunity_id)

    _changes_the_text_of_what_is_published(owner.at)
    _moves_a_day_that_somebody_has_signed_up_for(owner.at)
    _whoever_signed_up_answers(journey)
    _the_desk_says_what_happened(owner.at)


def _a_secretary_comes_in(journey: Story) -> Secretary:
    with journey.arranging():
        group = make_group(name="駅前花の会")
        earlier = make_opportunity(group=group, title=EARLIER, status=OpportunityStatus.ARCHIVED)
        held = in_days(-360)
        make_slot(
            opportunity=earlier,
            starts_at=held,
            opens_at=held - timedelta(days=30),
            closes_at=held - timedelta(days=1),
            cancel_until=held - timedelta(days=1),
        )
        email = make_member(group).email
    return Secretary(journey.signs_in(email, "団体の机"), email)


def _copies_last_year_and_adds_days(owner: Person) -> str:
    owner.goes_to("募集", "募集")
    owner.follows(f"写して作る （{EARLIER}", "前の募集から作る")
    owner.types(title=TITLE, first=in_days(30).date().isoformat(), contact_name="花の会 渡辺")
    owner.ticks(moves="first")
    owner.presses("下書きを作る", TITLE)
    owner.reads("下書きを作りました。", "公開前")

    owner.follows("日程をまとめて追加する", "日程をまとめて追加")
    days = [in_days(n).date().isoformat() for n in (30, 37, 44)]
    owner.ticks(way="list")
    owner.types(listed="\n".join(days), begins="09:30", ends="11:30", capacity="6")
    owner.presses("日程を確かめる", "追加する日程の確認")
    owner.reads("すでにある日程と重なります", "重なりません")
    owner.presses("印のついた日を追加する", TITLE)
    assert owner.page.get_by_text("公開前").count() == len(days)

    owner.follows("変更 （", "日程の変更")
    owner.types(opens_at=typed(really_now() - timedelta(hours=1)))
    owner.presses("日程を保存する", TITLE)
    return owner.page.url.partition("#")[0].rpartition("/")[2]


def _looks_at_it_as_citizens_will_and_hands_it_in(owner: Person) -> None:
    owner.follows("プレビュー", TITLE)
    owner.reads("プレビュー：市民の方には、このように見えます", "花の会 渡辺")

    owner.opens("/group/opportunities", "募集")
    owner.follows(TITLE, TITLE)
    owner.presses("保存して提出する", TITLE)
    owner.reads("提出しました。")


def _it_is_published(journey: Story, owner: Secretary, opportunity_id: str) -> None:
    with journey.arranging() as now:
        services.publish(opportunity_id=opportunity_id, actor="a1b2c3d4e5f6", now=now)
        opportunity = queries.opportunity_by_id(db.session(), opportunity_id)
        assert opportunity is not None
        sign_up(opportunity.slots[0], 201, party=2, now=now)
    assert "公開しました" in journey.letter(owner.email, "募集を公開しました").text


def _changes_the_text_of_what_is_published(owner: Person) -> None:
    owner.goes_to("募集", "募集")
    owner.follows(TITLE, TITLE)
    owner.types(bring="軍手、移植ごて、飲み物", reason="移植ごてが足りないため")
    owner.presses("保存する", TITLE)
    owner.reads("保存しました。")
    owner.follows("変更の履歴", "変更の履歴")
    owner.reads("軍手、移植ごて、飲み物", "移植ごてが足りないため", "担当課は未確認")


def _moves_a_day_that_somebody_has_signed_up_for(owner: Person) -> None:
    owner.goes_to("団体の机", "団体の机")
    owner.follows("申込み 2／10人", "申込みの一覧")
    owner.reads("見本 201", "見本 201 同行1")
    owner.follows("日時・場所を変える", "日時・場所を変える")
    owner.reads("申し込んだ1組・2人に知らせます")
    owner.types(
        starts_at=typed(in_days(31, hour=13)),
        ends_at=typed(in_days(31, hour=15)),
        reason="駅前の工事のため",
    )
    owner.presses("確認へ進む", "変更の確認")
    owner.reads("駅前の工事のため")
    owner.presses("変えて知らせる", TITLE)


def _whoever_signed_up_answers(journey: Story) -> None:
    citizen = journey.newcomer(Person, width=PHONE)

    citizen.opens(journey.link(ANSWERS, "日時・場所などの変更"), "申込みの内容")
    citizen.reads("日時や場所が変わりました。参加できますか", "13:00")
    citizen.presses("参加します", "申込みの内容")

    citizen.reads("参加が決まっています")
    journey.letter(ANSWERS, "参加のお返事を受け付けました")


def _the_desk_says_what_happened(owner: Person) -> None:
    owner.goes_to("団体の机", "団体の机")
    owner.reads("新しい申込みが1件あります。", "公開されました。")
    owner.follows("朝のお知らせ（メール）の設定", "朝のお知らせの設定")
