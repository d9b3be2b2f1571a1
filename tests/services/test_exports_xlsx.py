"""The Excel file, read back: every cell what it is, nothing that runs, nothing hidden."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from kyodo_match.core import xlsx
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.xlsx import Style
from kyodo_match.exports.rules import ExportKind, FileFormat
from tests.support.clock import START
from tests.support.exports import export_file, export_lines
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_signups import sign_up

XLSX = FileFormat.XLSX


def workbook(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def sheet_of(*rows: tuple[object, ...], styles: tuple[Style, ...] = (Style.TEXT,)) -> Workbook:
    file = io.BytesIO()
    columns = [(f"c{number}", style) for number, style in enumerate(styles)]
    xlsx.write(file, sheet="表", columns=columns, rows=rows)
    return workbook(file.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("https://example.jp")',
        "+81-90-0000-0000",
        "-1",
        "@SUM(A1)",
        "＝1+1",
        "\t=1",
        "https://example.jp/",
        "0297-00-0101",
        "082350",
        "𠮷田 髙橋 﨑 葛\U000e0100城 辻\U000e0100",
        "<b>&amp;</b> \"'",
        " 前後の空白 ",
        "二行\nの文",
        "制御\x01\x1f文字",
        "_x0041_は文字",
        "a\u2028b\u202ec",
    ],
)
def test_text_is_text_and_comes_back_as_it_was(text: str) -> None:
    cell = sheet_of((text,)).worksheets[0]["A2"]

    assert cell.data_type == "s"
    assert cell.number_format == "@"
    assert cell.hyperlink is None
    assert unescaped(str(cell.value)) == text


def unescaped(text: str) -> str:
    """What Excel shows: openpyxl leaves the escapes of control characters as they are."""
    return (
        text.replace("_x0001_", "\x01")
        .replace("_x001F_", "\x1f")
        .replace("_x005F_x0041_", "_x0041_")
    )


def test_numbers_days_and_moments_are_such_and_blanks_are_empty() -> None:
    styles = (Style.NUMBER, Style.NUMBER, Style.DAY, Style.MOMENT, Style.TIME, Style.NUMBER)
    start = datetime(2026, 12, 12, 9, 30, tzinfo=TOKYO)

    book = sheet_of((12, 0.72, start.date(), start, start.time(), None), styles=styles)

    (cells,) = book.worksheets[0].iter_rows(min_row=2)
    values = [cell.value for cell in cells]
    assert values[:2] == [12, 0.72]
    assert values[2:4] == [datetime(2026, 12, 12), datetime(2026, 12, 12, 9, 30)]  # noqa: DTZ001 - a sheet has no zones
    assert values[4] == start.time()
    assert values[5] is None
    assert [cell.number_format for cell in cells[2:4]] == [
        "yyyy\\-mm\\-dd",
        "yyyy\\-mm\\-dd\\ hh:mm",
    ]


def test_many_columns_are_named_as_a_sheet_names_them() -> None:
    styles = (Style.NUMBER,) * 60

    sheet = sheet_of(tuple(range(60)), styles=styles).worksheets[0]

    assert sheet["A2"].value == 0
    assert sheet["Z2"].value == 25
    assert sheet["AA2"].value == 26
    assert sheet["BH2"].value == 59


def test_a_text_longer_than_a_cell_holds_is_cut_and_shows_it() -> None:
    cell = sheet_of(("あ" * 40_000,)).worksheets[0]["A2"]

    assert len(str(cell.value)) == 32_767
    assert str(cell.value).endswith("あ…")


def test_more_lines_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_LINES", 3)

    assert sheet_of(("a",), ("b",)).worksheets[0].max_row == 3
    with pytest.raises(xlsx.TooManyLines):
        sheet_of(("a",), ("b",), ("c",))


@pytest.mark.usefixtures("app")
def test_a_workbook_has_one_sheet_and_names_nobody() -> None:
    sign_up(make_slot(), 1)

    content, rows = export_file(ExportKind.SIGNUPS, XLSX, 2026)

    book = workbook(content)
    assert rows == 1
    assert [sheet.title for sheet in book.worksheets] == ["申込み（令和8年度）"]
    sheet = book.worksheets[0]
    assert sheet.sheet_state == "visible"
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == list(ExportKind.SIGNUPS.columns)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "docProps" in name]
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert export_file(ExportKind.SIGNUPS, XLSX, 2026)[0] == content


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("kind", list(ExportKind))
def test_both_formats_hold_the_same_lines(kind: ExportKind) -> None:
    group = make_group(founded_on=date(1998, 4, 1), members=12, email="kai@example.jp")
    slot = make_slot(opportunity=make_opportunity(group=group))
    sign_up(slot, 1, party=2, name="=髙橋 花子")

    sheet = workbook(export_file(kind, XLSX)[0]).worksheets[0]

    found = [list(line) for line in sheet.iter_rows(min_row=2, values_only=True)]
    expected = [[in_a_sheet(value) for value in line.values()] for line in export_lines(kind)]
    assert found == expected


def in_a_sheet(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(TOKYO).replace(tzinfo=None, second=0, microsecond=0)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a sheet has no zones
    return value or None if isinstance(value, str) else value


@pytest.mark.usefixtures("app")
def test_a_phone_number_keeps_its_first_zero(tmp_path: Path) -> None:
    sign_up(make_slot(), 1, now=START, phone="0297-58-2111")

    sheet = workbook(export_file(ExportKind.SIGNUPS, XLSX)[0]).worksheets[0]

    column = ExportKind.SIGNUPS.columns.index("phone") + 1
    cell = sheet.cell(row=2, column=column)
    assert (cell.value, cell.data_type, cell.number_format) == ("0297-58-2111", "s", "@")
