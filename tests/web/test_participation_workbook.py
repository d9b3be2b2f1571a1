"""Uploaded files as rows of plain values; nothing is run, and no bomb is unpacked."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import load_workbook

from kyodo_match.participation.errors import FileTooLarge, NotATable, OldExcel
from kyodo_match.participation.forms.workbook import MOST_BYTES, MOST_ROWS, read_file
from kyodo_match.participation.rules.tables import Merged, Sheet
from tests.support.make_workbooks import make_workbook

SHEET = "xl/worksheets/sheet1.xml"


def read(content: bytes) -> list[Sheet]:
    return read_file(io.BytesIO(content))


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one part written otherwise."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return made.getvalue()


def test_values_are_plain_and_days_are_iso() -> None:
    [sheet] = read(
        make_workbook([["令和7年度", None], [], [date(2025, 5, 9), 12, 1.5, True, "川\n日", None]])
    )

    assert sheet.name == "実績"
    assert sheet.rows == [["令和7年度"], [], ["2025-05-09", 12, 1.5, "True", "川\n日"]]


def test_cells_merged_over_several_rows_are_told_and_others_are_not() -> None:
    [sheet] = read(make_workbook([["a", "b"], ["c", 1], ["", 2]], merged=["A2:A3", "A1:B1"]))

    assert sheet.merged == [Merged(1, 0, 2, 0)]
    assert sheet.carried(2, 0) == "c"


def test_a_range_that_runs_over_the_whole_column_is_cut_to_what_was_read() -> None:
    content = make_workbook([["a"], ["b"], ["c", 1]], merged=["A2:A3"])

    [sheet] = read(changed(content, SHEET, lambda xml: xml.replace(b"A2:A3", b"A2:A1048576")))

    assert sheet.merged == [Merged(1, 0, 2, 0)]


def test_sheets_without_anything_and_hidden_ones_are_left_out() -> None:
    book = load_workbook(io.BytesIO(make_workbook([["a"]], more_sheets=[("b", [[1]]), ("c", [])])))
    book["b"].sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)

    assert [sheet.name for sheet in read(file.getvalue())] == ["実績"]


def test_of_a_formula_its_saved_value_is_read() -> None:
    content = make_workbook([["=1+1", "=1+1"]])
    saved = changed(
        content,
        SHEET,
        lambda xml: xml.replace(b"<v></v>", b"<v>2</v>", 1).replace(
            b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>", 1
        ),
    )

    assert read(saved)[0].rows == [[2]]


def test_what_unpacks_to_too_much_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    content = make_workbook([["a"]])
    bomb = changed(content, SHEET, lambda xml: xml + b" " * 70_000_000)
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("was unpacked"))

    assert len(bomb) < MOST_BYTES
    with pytest.raises(FileTooLarge):
        read(bomb)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"x" * (MOST_BYTES + 1), FileTooLarge),
        (b"a,b\n" * MOST_ROWS + b"a,b\n", FileTooLarge),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, OldExcel),
        (b"PK\x03\x04" + b"\0" * 99, NotATable),
        (b"\xff\xfe\x00", NotATable),
        (b"\x80\x81\xfd\xfe,1\n", NotATable),
        (b"", NotATable),
        (b",,\n\n", NotATable),
    ],
    ids=["bytes", "rows", "xls", "zip", "utf-16", "neither", "empty", "blank"],
)
def test_what_is_no_list_of_results_is_refused(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read(content)


def test_a_document_type_in_a_part_is_refused() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    content = changed(make_workbook([["a"]]), SHEET, lambda xml: evil + xml)

    with pytest.raises(NotATable):
        read(content)


ROW = b'<row r="%d"><c r="A%d"><v>5</v></c></row>'


@pytest.mark.parametrize("last", [1_048_576, 2_000_000_000])
def test_a_row_far_below_everything_is_not_waited_for(last: int) -> None:
    far = ROW % (last, last)
    content = changed(
        make_workbook([["a"]]), SHEET, lambda xml: xml.replace(b"</row>", b"</row>" + far, 1)
    )

    assert read(content)[0].rows == [["a"]]


@pytest.mark.parametrize("more", [b"<c><v>1</v></c>", b"</row><row>"], ids=["cells", "rows"])
def test_more_cells_than_a_list_of_results_has_are_refused(more: bytes) -> None:
    many = more * 600_000
    content = changed(
        make_workbook([["a"]]), SHEET, lambda xml: xml.replace(b"</row>", many + b"</row>", 1)
    )

    assert len(content) < MOST_BYTES
    with pytest.raises(FileTooLarge):
        read(content)


def test_a_part_that_is_packed_wrongly_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 999)
    packed = bytearray(file.getvalue())
    packed[60:90] = b"\xff" * 30

    with pytest.raises(NotATable):
        read(bytes(packed))


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")

    with pytest.raises(NotATable):
        read(file.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("sign", [",", "\t"])
def test_csv_is_read_in_the_ways_that_excel_writes_it(encoding: str, sign: str) -> None:
    [sheet] = read(sign.join(["日付", "人数\r\n5月9日", '"12"\r\n']).encode(encoding))

    assert sheet.rows == [["日付", "人数"], ["5月9日", "12"]]
