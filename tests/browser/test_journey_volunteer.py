"""A volunteer: registered by a mailed link, asked by the office, and expected by a group."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from kyodo_match.accounts.rules import StaffRole
from tests.browser.conftest import PHONE
from tests.browser.person import Person
from tests.browser.story import Story, in_days
from tests.support.make_opportunities import make_group
from tests.support.make_people import make_account, make_member
from tests.support.make_volunteers import make_need

pytestmark = pytest.mark.browser

TITLE, GROUP = "竹とんぼ教室の手伝い", "昔あそびの会"
NAME, MAIL = "工藤 信", "shin.kudo@example.jp"


@dataclass(frozen=True)
class Desk:
    """Who sits at the two desks, by their e-mail."""

    owner: str
    coordinator: str


def test_a_volunteer_registers_is_asked_and_comes(journey: Story) -> None:
    desk = _arrange(journey)
    owner = journey.signs_in(desk.owner, "団体の机")
    shin = journey.newcomer(Person, width=PHONE, java_script=False)

    _registers_by_a_link_in_a_mail(shin, journey)
    _the_group_asks_for_help(owner)
    _the_office_finds_him_and_asks(journey, desk)
    _he_takes_it_on(shin, journey)
    _the_group_expects_him(owner)
    _he_rests_and_then_leaves(shin, journey)


def _arrange(journey: Story) -> Desk:
    with journey.arranging() as now:
        group = make_group(name=GROUP)
        make_need(
            offer={"title": TITLE, "group": group, "wanted_skills": ("carpentry",)},
            starts_at=in_days(12),
            closes_at=now + timedelta(days=11),
        )
        return Desk(make_member(group).email, make_account(role=StaffRole.COORDINATOR).email)


def _registers_by_a_link_in_a_mail(shin: Person, journey: Story) -> None:
    shin.opens("/volunteers", "ボランティア登録")
    shin.follows("登録する", "ボランティア登録")
    shin.types(name=NAME, kana="くどう", email=MAIL, phone="090-0000-0501")
    shin.presses("入力した内容を確認する", "ボランティア登録")
    shin.reads("年代を選んでください。", "市との関わりを選んでください。")
    shin.types(kana="くどう しん")
    shin.ticks(age_group="18_39", residency="resident", skills="carpentry", fields="environment")
    shin.ticks(may_be_asked="y", privacy_consent="y")
    shin.presses("入力した内容を確認する", "入力した内容の確認")
    shin.reads("大工・修理")
    shin.presses("確認のメールを受け取る", "メールをお送りしました")

    shin.opens(journey.link(MAIL, "【確認のお願い】"), "あなたのボランティア登録")
    shin.reads("まだ登録は終わっていません")
    shin.presses("この内容で登録する", "あなたのボランティア登録")
    shin.reads("登録中")
    shin.follows("内容を変える", "登録の内容を変える")
    shin.ticks(skills="muscle", privacy_consent="y")
    shin.presses("この内容にする", "あなたのボランティア登録")
    shin.reads("大工・修理、力しごと")


def _the_group_asks_for_help(owner: Person) -> None:
    owner.goes_to("団体の机", "団体の机")
    owner.follows("人が足りないときの相談", "人集めの相談")
    owner.reads("少数")
    owner.presses("コーディネーターに相談する", "人集めの相談")
    owner.reads("相談は届いています")


def _the_office_finds_him_and_asks(journey: Story, desk: Desk) -> None:
    staff = journey.signs_in(desk.coordinator, "業務の机")
    staff.goes_to("人と活動を結ぶ", "人と活動を結ぶ")
    staff.reads("団体からの相談")
    staff.follows(TITLE, "人を探す")
    staff.reads("団体から相談が届いています")
    who = staff.page.locator("tr").filter(has_text=NAME)
    who.get_by_role("checkbox").check()
    staff.presses("選んだ方を案に入れる", "確認待ちの案")
    staff.page.locator("tr").filter(has_text=NAME).get_by_role("checkbox").check()
    staff.presses("選んだ方にお声がけする", "確認待ちの案")
    staff.goes_to("人と活動を結ぶ", "人と活動を結ぶ")
    staff.reads(NAME, "お声がけ中")


def _he_takes_it_on(shin: Person, journey: Story) -> None:
    shin.opens(journey.link(MAIL, f"【お声がけ】{TITLE}"), "あなたのボランティア登録")
    shin.reads(f"お声がけ：{TITLE}", "お声がけした理由", "大工・修理が得意")
    shin.presses("引き受けます", "あなたのボランティア登録")
    shin.reads("「団体に、名前と連絡先を伝えてよい」に印をつけてください。")
    shin.ticks(agreed="1")
    shin.presses("引き受けます", "あなたのボランティア登録")
    shin.reads("ありがとうございます。参加が決まりました。", "引き受けた活動", TITLE)
    shin.opens(journey.link(MAIL, f"【参加が決まりました】{TITLE}"), "申込みの内容")
    shin.reads("参加が決まっています")


def _the_group_expects_him(owner: Person) -> None:
    owner.goes_to("団体の机", "団体の机")
    owner.follows("申込み 1／3人", "申込みの一覧")
    owner.reads(NAME)


def _he_rests_and_then_leaves(shin: Person, journey: Story) -> None:
    shin.opens("/volunteers/mine", "あなたのボランティア登録")
    shin.presses("しばらく休む", "あなたのボランティア登録")
    shin.reads("お休み中です。お声がけはしません。")
    shin.unfolds("登録をやめる")
    shin.presses("登録をやめて、内容を消す", "ボランティア登録")
    journey.letter(MAIL, "登録を終えました")
