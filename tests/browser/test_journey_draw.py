"""A public draw from the freeze to the results, and whoever wants to check it afterwards."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.clock import tokyo_date
from kyodo_match.signups.rules import Residency
from tests.browser.conftest import PHONE, settled
from tests.browser.person import Person
from tests.browser.story import Story, in_days
from tests.support.make_entries import apply
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account
from tests.support.make_rounds import make_round

pytestmark = pytest.mark.browser

TITLE, ROUND = "親子のみそ作り", "親子のみそ作り　2日間の抽選"
PLACED, WAITING = "mihon301@example.jp", "mihon302@example.jp"
DICE = "3 5 1 6 2 2 4 1 6 5"


@dataclass(frozen=True)
class Draw:
    """The round, and what was published of it before anybody knew the dice."""

    round_id: str
    announced: dict[str, Any]


@pytest.fixture
def story(chromium_browser: Browser, tmp_path: Path) -> Iterator[Story]:
    """A town on PostgreSQL: its people leave before it does."""
    with settled("postgres", tmp_path, chromium_browser) as town, town.leaving:
        yield town
        print(town.running.log[-5000:])  # noqa: T201 - shown where the story went wrong


def test_a_draw_is_held_in_public_and_anybody_can_check_it(story: Story) -> None:
    round_id = _people_have_applied(story)
    staff = _a_coordinator_without_scripts(story)

    draw = _the_list_is_frozen_and_published(staff, story, round_id)
    _the_draw_is_held(staff, draw)
    _a_day_with_too_few_is_decided_and_the_results_are_out(staff)

    _who_got_a_place_gives_it_to_who_waits(story)
    record = _the_record_is_as_announced(story, draw)
    _anybody_checks_it_on_the_page_and_by_the_command(story, record)


def _people_have_applied(story: Story) -> str:
    with story.arranging() as now:
        opened = now - timedelta(days=9)
        offer = make_opportunity(group=make_group(name="みその会"), title=TITLE)
        wanted = make_slot(opportunity=offer, starts_at=in_days(20), capacity=2)
        quiet = make_slot(opportunity=offer, starts_at=in_days(27), capacity=6, minimum=4)
        one = make_round(
            [wanted, quiet],
            now=opened,
            title=ROUND,
            opens_at=opened,
            closes_at=now - timedelta(hours=2),
            freezes_at=now - timedelta(hours=2),
            draw_at=now,
            confirm_by=tokyo_date(now) + timedelta(days=7),
        )
        later = opened + timedelta(days=1)
        apply(one, 301, [wanted], party=2, first_time=True, now=later)
        apply(one, 302, [wanted], residency=Residency.OTHER, now=later)
        apply(one, 303, [quiet, wanted], email="", now=later)
        return one.public_id


def _a_coordinator_without_scripts(story: Story) -> Person:
    with story.arranging():
        email = make_account(role=StaffRole.COORDINATOR).email
    staff = story.signs_in(email, "業務の机", java_script=False)
    staff.goes_to("抽選", "抽選")
    staff.follows(ROUND, ROUND)
    staff.follows("抽選の進行", "抽選の進行")
    return staff


def _the_list_is_frozen_and_published(staff: Person, story: Story, round_id: str) -> Draw:
    staff.presses("名簿を確定して公開する", "抽選の進行")
    anybody = story.newcomer(Person, width=PHONE)
    anybody.opens(f"/draws/{round_id}", ROUND)
    anybody.reads("名簿が決まりました")
    announced = _record(anybody, round_id)
    anybody.reads(announced["manifest_sha256"])
    anybody.follows("このサイトの画面で確かめる", "抽選の記録を確かめる")
    expect(anybody.page.get_by_role("status")).to_contain_text("正しい名簿です")
    return Draw(round_id, announced)


def _the_draw_is_held(staff: Person, draw: Draw) -> None:
    staff.follows("抽選会の画面を開く", ROUND)
    staff.reads(draw.announced["manifest_sha256"])
    staff.ticks(kind="dice")
    staff.types(drawn="7 1 2", source="さいころを10回", witnesses="見本 立会人")
    staff.presses("確かめる", ROUND)
    staff.reads("1から6の数字で入力してください")
    staff.types(drawn=DICE)
    staff.presses("確かめる", ROUND)
    staff.reads("3　読み上げてください", DICE.replace(" ", "-"))
    staff.presses("このとおりに抽選する", ROUND)
    staff.reads("抽選は終わりました。")


def _a_day_with_too_few_is_decided_and_the_results_are_out(staff: Person) -> None:
    _leaves_the_sheet(staff)
    staff.follows("結果の一覧", "結果の一覧（職員用）")
    staff.reads("見本 301", "決定（第1希望）", "補欠1番", "電話で連絡")
    _leaves_the_sheet(staff)
    staff.reads("いま1人。あと3人で、必要な4人です。")
    staff.presses("先着順で募集を続ける", "抽選の進行")
    staff.presses("結果を発表する", "抽選の進行")
    staff.goes_to("電話連絡", "電話連絡")
    staff.reads("見本 303")


def _leaves_the_sheet(staff: Person) -> None:
    staff.follows("戻る", "抽選の進行", within=staff.page.locator("body"))


def _who_got_a_place_gives_it_to_who_waits(story: Story) -> None:
    waits = story.newcomer(Person, width=PHONE, java_script=False)
    waits.opens(story.link(WAITING, "抽選の結果：補欠"), "申込みの内容")
    waits.reads("キャンセル待ちです。参加はまだ決まっていません")
    waits.follows("抽選の結果のわけを見る", "抽選の結果のわけ")
    waits.reads("あなたの抽選番号", "A-0002", "席が足りない", "補欠 1番")

    placed = story.newcomer(Person, width=PHONE, java_script=False)
    placed.opens(story.link(PLACED, "抽選の結果：席をお取りしました"), "申込みの内容")
    placed.reads("抽選で席が決まりました。参加しますか")
    placed.unfolds("参加できないとき（辞退）")
    placed.presses("参加しません", "申込みの内容")

    waits.opens(story.link(WAITING, "席が空きました"), "申込みの内容")
    waits.presses("参加します", "申込みの内容")
    waits.reads("参加が決まっています")


def _the_record_is_as_announced(story: Story, draw: Draw) -> dict[str, Any]:
    anybody = story.newcomer(Person, width=PHONE)
    anybody.opens("/draws", "抽選")
    anybody.follows(ROUND, ROUND)
    anybody.types(entry="a-1")
    anybody.presses("探す", ROUND)
    anybody.reads("A-0001", "決定")
    record = _record(anybody, draw.round_id)
    assert {key: record[key] for key in draw.announced} == draw.announced
    assert "見本" not in json.dumps(record, ensure_ascii=False)
    return record


def _anybody_checks_it_on_the_page_and_by_the_command(
    story: Story, record: dict[str, Any]
) -> None:
    forged = {**record, "entropy": record["entropy"].replace("3", "4", 1)}
    folder = story.operator.data_dir
    for name, content in (("record.json", record), ("forged.json", forged)):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")

    anybody = story.newcomer(Person, width=PHONE)
    anybody.opens("/draws", "抽選")
    anybody.follows("抽選の記録を確かめる", "抽選の記録を確かめる")
    status = anybody.page.get_by_role("status")
    for name, verdict in (
        ("record.json", "正しい記録です"),
        ("forged.json", "記録に合わないところがあります"),
    ):
        anybody.page.set_input_files("#record", folder / name)
        expect(status).to_contain_text(verdict)
        anybody.judges()

    assert "正しい記録です" in story.operator.run("draw", "verify", "record.json").stdout
    assert story.operator.run("draw", "verify", "forged.json", check=False).returncode == 1


def _record(anybody: Person, round_id: str) -> dict[str, Any]:
    answer = anybody.page.request.get(f"{anybody.address}/draws/{round_id}.json")
    return dict(answer.json())
