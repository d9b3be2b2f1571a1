"""Groups, opportunities, indicators, open data: what files hold, and that they come back."""

import csv
import io
import tomllib
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

import kyodo_match
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.csv import read
from kyodo_match.core.db import db, use_case
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.errors import BadEventMap
from kyodo_match.exports.queries import fiscal_years
from kyodo_match.exports.rules import ExportKind, FileFormat
from kyodo_match.groups import services as groups
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import COLUMNS as GROUP_COLUMNS
from kyodo_match.groups.rules import REQUIRED as GROUP_REQUIRED
from kyodo_match.groups.rules import GroupStatus, entry
from kyodo_match.opportunities import services as opportunities
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import CapacityUnit, OpportunityStatus, SlotStatus
from kyodo_match.opportunities.services.files import COLUMNS, REQUIRED
from kyodo_match.plans import queries as plan_queries
from kyodo_match.plans import services as plans
from kyodo_match.plans.rules.parsing import parse_plan
from kyodo_match.plans.rules.results import as_rows
from kyodo_match.web import responses
from tests.support.clock import START
from tests.support.exports import export_file, export_lines
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_signups import sign_up

pytestmark = pytest.mark.usefixtures("app")

DATA = Path(kyodo_match.__file__).parent / "demo" / "data" / "plans"
OPEN_DATA_COLUMNS = (
    "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,イベント名,イベント名_カナ,"
    "イベント名_英語,開始日,終了日,開始時間,終了時間,開始日時特記事項,説明,料金(基本),料金(詳細),"
    "連絡先名称,連絡先電話番号,連絡先内線番号,主催者,場所名称,住所,方書,緯度,経度,アクセス方法,"
    "駐車場情報,定員,参加申込終了日,参加申込終了時間,参加申込方法,URL,備考"
)


def file_of(kind: ExportKind, folder: Path, name: str = "out.csv") -> Path:
    target = folder / name
    target.write_bytes(export_file(kind)[0])
    return target


@use_case
def empty(session: Session, /, *, models: Sequence[type]) -> None:
    for model in models:
        session.execute(sa.delete(model))


def import_groups(file: Path) -> tuple[int, int]:
    rows = read(file, columns=GROUP_COLUMNS, required=GROUP_REQUIRED)
    entries = [entry(row) for row in rows]
    assert [row.problems for row in rows] == [[] for _ in rows]
    return groups.import_groups(entries=entries, actor="cli:test", now=START)


def test_a_file_of_groups_imports_again_without_a_change(tmp_path: Path) -> None:
    make_group(
        name="𠮷田・髙橋の葛󠄀城会",
        kana="よしだたかはしのかつらぎかい",
        representative="辻󠄀 﨑子",
        email="kai@example.jp",
        founded_on=date(1998, 4, 1),
        members=12,
        website="https://example.jp/kai",
        purpose="森を守る。\n子どもと歩く。",
        activity="=SUM(1)のように見える文",
    )
    make_group(
        name="終わった会",
        status=GroupStatus.ENDED,
        ended_on=date(2026, 11, 1),
        law_fields=("1", "13"),
    )
    first = file_of(ExportKind.GROUPS, tmp_path)

    new, changed = import_groups(first)

    assert (new, changed) == (0, 0)
    empty(models=[Group])
    assert import_groups(first) == (2, 0)
    assert file_of(ExportKind.GROUPS, tmp_path, "again.csv").read_bytes() == first.read_bytes()


def test_groups_of_a_year_were_registered_on_one_of_its_days() -> None:
    make_group(name="今の会", registered_on=date(2026, 11, 1))
    make_group(
        name="前の会",
        status=GroupStatus.ENDED,
        registered_on=date(2020, 4, 1),
        ended_on=date(2025, 6, 1),
    )
    make_group(name="申請中の会", status=GroupStatus.APPLIED, registered_on=None)

    names = {
        year: {line["name"] for line in export_lines(ExportKind.GROUPS, year)}
        for year in (2025, 2026, None)
    }

    assert names[2025] == {"前の会"}
    assert names[2026] == {"今の会"}
    assert names[None] == {"今の会", "前の会", "申請中の会"}


def test_a_file_of_opportunities_imports_again_without_a_change(tmp_path: Path) -> None:
    offered = make_opportunity(
        title="里山の一日", fee="-", min_age=10, law_fields=("7", "13"), alone_welcome=False
    )
    make_slot(opportunity=offered, minimum=3, waitlist_limit=0, pass_smaller=True)
    make_slot(
        opportunity=offered,
        starts_at=datetime(2026, 12, 1, 9, 30, tzinfo=TOKYO),
        place="市民センター",
        capacity_unit=CapacityUnit.PARTIES,
    )
    draft = make_opportunity(title="春の会", status=OpportunityStatus.DRAFT)
    make_slot(opportunity=draft, opens_at=None, closes_at=None, cancel_until=None)
    first = file_of(ExportKind.OPPORTUNITIES, tmp_path)
    empty(models=[Slot, Opportunity])

    rows = read(first, columns=COLUMNS, required=REQUIRED)
    opportunities.import_opportunities(file=first, rows=rows, actor="cli:test", now=START)

    again = file_of(ExportKind.OPPORTUNITIES, tmp_path, "again.csv")
    assert again.read_bytes() == first.read_bytes()
    assert len(rows) == 3


def test_what_was_withdrawn_or_called_off_is_no_line_of_opportunities() -> None:
    gone = make_opportunity(status=OpportunityStatus.WITHDRAWN)
    make_slot(opportunity=gone)
    make_slot(status=SlotStatus.CANCELLED)
    closed = make_slot(opportunity=make_opportunity(status=OpportunityStatus.CLOSED))

    (line,) = export_lines(ExportKind.OPPORTUNITIES)

    assert line["title"] == closed.opportunity.title
    assert line["status"] == "published"


def test_plain_fields_that_a_group_chose_itself_become_numbers_of_the_law() -> None:
    make_slot(opportunity=make_opportunity(law_fields=(), plain_fields=("education", "welfare")))

    (line,) = export_lines(ExportKind.OPPORTUNITIES)

    assert line["fields"] == "1;2;13"


def take_plan(name: str) -> None:
    definition = parse_plan(tomllib.loads((DATA / name).read_text(encoding="utf-8")))
    plans.import_plan(key=Path(name).stem, definition=definition, now=START, actor="cli:test")


def test_indicators_are_what_the_plan_computes_at_the_end_of_each_year() -> None:
    take_plan("tsukubamirai-2.toml")
    code = responses.settings().municipality_code

    lines = export_lines(ExportKind.INDICATORS)

    found: list[dict[str, object]] = []
    for day in (date(2026, 3, 31), START.astimezone(TOKYO).date()):
        result = plan_queries.result(
            db.session(), "tsukubamirai-2", as_of=day, municipality_code=code
        )
        found += [{**row, "as_of": day} for row in as_rows(result)]
    assert lines == found
    assert {line["fiscal_year"] for line in export_lines(ExportKind.INDICATORS, 2025)} == {2025}
    assert export_lines(ExportKind.INDICATORS, 2030) == []
    assert FiscalYear(2025) in fiscal_years(db.session())


def test_open_data_has_its_32_columns_and_one_line_a_public_day(app: Flask) -> None:
    offered = make_opportunity(
        title="里山の一日",
        fee="500円（保険料を含む）",
        address="豊森1-2",
        access="駅から徒歩10分",
        parking="10台",
    )
    slot = make_slot(opportunity=offered, capacity=8)
    make_slot(opportunity=make_opportunity(status=OpportunityStatus.DRAFT))
    make_slot(opportunity=make_opportunity(status=OpportunityStatus.WITHDRAWN))

    (line,) = export_lines(ExportKind.OPEN_DATA)

    assert ",".join(line) == OPEN_DATA_COLUMNS
    assert line["都道府県コード又は市区町村コード"] == "082350"
    assert line["都道府県名"] == "茨城県"
    assert line["市区町村名"] == "つくばみらい市"
    assert line["NO"] == slot.public_id
    assert line["開始日"] == line["終了日"] == date(2026, 12, 12)
    assert (line["開始時間"], line["終了時間"]) == (time(9, 30), time(11, 30))
    assert (line["料金(基本)"], line["料金(詳細)"]) == (500, "500円（保険料を含む）")
    assert line["主催者"] == offered.group.name
    assert line["場所名称"] == "豊森の里山"
    assert line["定員"] == 8
    assert line["URL"] == f"http://localhost/opportunities/{offered.public_id}"
    content = export_file(ExportKind.OPEN_DATA)[0].decode()
    assert content.startswith(f"\ufeff{OPEN_DATA_COLUMNS}\r\n082350,")
    assert ",2026-12-12,2026-12-12,09:30,11:30," in content
    assert "準拠" not in content


def test_a_day_elsewhere_has_no_address_of_the_usual_place_and_a_cancelled_one_says_so() -> None:
    offered = make_opportunity(address="豊森1-2", access="駅から徒歩10分", parking="10台")
    make_slot(opportunity=offered, place="市民センター", status=SlotStatus.CANCELLED)

    (line,) = export_lines(ExportKind.OPEN_DATA)

    assert line["場所名称"] == "市民センター"
    assert (line["住所"], line["アクセス方法"], line["駐車場情報"]) == ("", "", "")
    assert line["開始日時特記事項"] == "中止になりました。"


def test_an_installation_may_have_another_vintage_of_the_list() -> None:
    own = responses.settings().data_dir / "event-list.toml"
    own.write_text('columns = [{ head = "名称", value = "title" }]', encoding="utf-8")
    make_slot(opportunity=make_opportunity(title="里山の一日"))

    assert export_lines(ExportKind.OPEN_DATA) == [{"名称": "里山の一日"}]


@pytest.mark.parametrize(
    "map_",
    ["columns = []", 'columns = [{ head = "氏名", value = "participant_name" }]', "columns = ["],
)
def test_a_map_that_asks_for_what_is_not_public_is_refused(map_: str) -> None:
    own = responses.settings().data_dir / "event-list.toml"
    own.write_text(map_, encoding="utf-8")

    with pytest.raises(BadEventMap):
        export_lines(ExportKind.OPEN_DATA)


@pytest.mark.parametrize("form", list(FileFormat))
@pytest.mark.parametrize("kind", [kind for kind in ExportKind if kind is not ExportKind.SIGNUPS])
def test_nothing_that_a_citizen_wrote_is_in_any_file_but_signups(
    kind: ExportKind, form: FileFormat
) -> None:
    sign_up(
        make_slot(),
        1,
        party=2,
        name="目印 花子",
        kana="めじるし はなこ",
        email="mejirushi@example.jp",
        phone="090-1234-5678",
        district="目印地区",
    )

    content = export_file(kind, form)[0]

    cells = cells_of(content, form)
    for mark in ("目印", "めじるし", "mejirushi", "1234-5678", "同行"):
        assert not [cell for cell in cells if mark in cell]


def cells_of(content: bytes, form: FileFormat) -> list[str]:
    if form is FileFormat.CSV:
        return [cell for line in csv.reader(io.StringIO(content.decode())) for cell in line]
    from openpyxl import load_workbook  # noqa: PLC0415 - only this form needs it

    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [str(cell) for line in sheet.iter_rows(values_only=True) for cell in line]
