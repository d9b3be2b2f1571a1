"""A group that decides itself: its own words, a question, and the hours of whoever came."""

from datetime import timedelta

import pytest

from tests.browser.conftest import PHONE
from tests.browser.person import Person
from tests.browser.story import Story, in_days
from tests.support.make_opportunities import make_group, make_slot
from tests.support.make_people import make_member
from tests.support.make_roles import PHOTO, RECEPTION, make_need, make_role_day
from tests.support.make_signups import sign_up

pytestmark = pytest.mark.browser

GROUP, TITLE = "川まつり実行委員会", "川まつりの手伝い"
WELCOME = "お申込みありがとうございます。係の腕章をお渡しします。"
REGRET = "今回は人数がそろいました。来年もお待ちしています。"
ASKED = "カメラはお持ちですか。"
TAKEN, DECLINED, CAME = (f"mihon{n}@example.jp" for n in (401, 402, 403))


def test_a_group_answers_applicants_and_confirms_their_hours(journey: Story) -> None:
    secretary = _arrange(journey)
    owner = journey.signs_in(secretary, "団体の机", width=PHONE)

    _writes_its_own_words(owner)
    photographer = _asks_one_and_is_answered(owner, journey)
    _takes_the_one_and_declines_the_other(owner, journey, photographer)
    _confirms_the_hours_of_whoever_came(owner, journey)


def _arrange(journey: Story) -> str:
    """Two wait for an answer, another came yesterday. Gives the secretary's e-mail."""
    with journey.arranging() as now:
        group = make_group(name=GROUP)
        yesterday = now - timedelta(days=1)
        need = make_need(group=group, title=TITLE)
        past = make_slot(
            opportunity=need,
            starts_at=yesterday,
            closes_at=yesterday - timedelta(hours=1),
            cancel_until=yesterday - timedelta(hours=1),
        )
        sign_up(past, 403, now=now - timedelta(days=9))
        day = make_role_day(RECEPTION, PHOTO, need=need, starts_at=in_days(20))
        photo = next(role.public_id for role in day.role_rows if role.skill == "photo")
        sign_up(day, 401, now=now - timedelta(hours=5), role=photo)
        sign_up(day, 402, now=now - timedelta(hours=4), role=photo)
        return make_member(group).email


def _writes_its_own_words(owner: Person) -> None:
    owner.reads("団体の返事を待っている申込みが2件あります。")
    owner.follows("申込みを見て、返事をする", "返事を待っている申込み")
    owner.follows("返事のひな型を直す", "返事のひな型")
    owner.types(accept=WELCOME, decline=REGRET, ask=ASKED)
    owner.presses("保存する", "返事を待っている申込み")


def _asks_one_and_is_answered(owner: Person, journey: Story) -> Person:
    _opens(owner, "見本 401")
    owner.reads("写真")
    owner.unfolds("質問する")
    owner.presses("質問を送る", "返事を待っている申込み")
    owner.reads("ご本人の返事待ち")

    photographer = journey.newcomer(Person, width=PHONE, java_script=False)
    link = journey.link(TAKEN, "団体から質問があります")
    photographer.opens(link, "申込みの内容")
    photographer.reads("団体の確認を待っています。参加はまだ決まっていません", ASKED)
    photographer.presses("返事を送る", "申込みの内容")
    photographer.reads("返事を入力してください。")
    photographer.types(answer="一眼レフを持って行けます。")
    photographer.presses("返事を送る", "申込みの内容")
    photographer.reads("一眼レフを持って行けます。")
    return photographer


def _takes_the_one_and_declines_the_other(
    owner: Person, journey: Story, photographer: Person
) -> None:
    _opens(owner, "見本 401")
    owner.reads("一眼レフを持って行けます。")
    assert owner.value("accept__text") == WELCOME
    owner.presses("受け入れる", "返事を待っている申込み")
    _opens(owner, "見本 402")
    owner.unfolds("今回は断る")
    owner.presses("今回は参加できないと返事する", "返事を待っている申込み")
    owner.reads("いま、返事を待っている申込みはありません。")

    told = journey.letter(TAKEN, "参加が決まりました").text
    assert WELCOME not in told
    photographer.opens("/manage", "申込みの内容")
    photographer.reads("参加が決まっています", WELCOME)
    other = journey.newcomer(Person, width=PHONE, java_script=False)
    other.opens(journey.link(DECLINED, "今回はご参加いただけません"), "申込みの内容")
    other.reads("今回はご参加いただけません", REGRET)


def _confirms_the_hours_of_whoever_came(owner: Person, journey: Story) -> None:
    came = journey.newcomer(Person, width=PHONE)
    came.opens(journey.link(CAME, "参加が決まりました"), "申込みの内容")
    came.follows("活動時間を記録する・見る", "活動時間")
    came.types(minutes="2:30", rest="30分", note="受付と片付け")
    came.presses("記録する", "活動時間")
    came.reads("2時間", "団体の確認待ち")

    owner.goes_to("団体の机", "団体の机")
    owner.follows("確認を待っている活動時間が1件あります", "活動時間の確認")
    owner.reads("見本 403", "受付と片付け")
    owner.presses("印を付けたものを確認済みにする", "活動時間の確認")
    owner.reads("確認を待っている活動時間はありません。")

    came.opens("/manage/hours", "活動時間")
    came.reads("確認済み")
    came.follows("活動時間の一覧を開く", "活動時間の一覧")
    came.reads("2時間", GROUP)


def _opens(owner: Person, name: str) -> None:
    line = owner.page.locator("tr").filter(has_text=name)
    owner.follows(TITLE, "申込みへの返事", within=line)
