"""Files that people upload: .xlsx by openpyxl, and CSV, as rows of plain values.

Nothing in a file is run: of a formula the value is read that was saved with it. What would fill
the memory is refused before it is unpacked.
"""

import csv
import io
import lzma
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from kyodo_match.core import text
from kyodo_match.participation.errors import FileTooLarge, NotATable, OldExcel
from kyodo_match.participation.rules.cells import Cell
from kyodo_match.participation.rules.tables import Merged, Sheet

MOST_BYTES = 5_000_000
MOST_ROWS = 3_000
# Formats reach down to row 1,048,576, and a row may call itself two thousand millionth: what lies
# further down than this is not looked for.
_MOST_LOOKED_AT = 10_000
_MOST_UNPACKED = 60_000_000
_MOST_CELLS = 500_000
_MOST_PARTS = 2_000
_MOST_SHEETS = 24
_MOST_COLUMNS = 60
_MOST_MERGED_CELLS = 200_000
_LONGEST_CELL = 300
_CHUNK = 65_536
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and .xlsx behind a password
_ZIP = b"PK\x03\x04"
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row)[\s/>]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
# What openpyxl and zipfile answer to a broken or made-up file.
# RuntimeError includes what they do not implement: a file that is encrypted, say.
_UNREADABLE = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError,
    RuntimeError, ArithmeticError, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile, ParseError,
)  # fmt: skip


def read_file(stream: IO[bytes]) -> list[Sheet]:
    """The sheets of an uploaded file that hold anything; a CSV file has one.

    Raises OldExcel, NotATable, FileTooLarge.
    """
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    if content.startswith(_OLD):
        raise OldExcel
    if content.startswith(_ZIP):
        try:
            sheets = _workbook(content)
        except _UNREADABLE as error:
            raise NotATable from error
    else:
        sheets = [Sheet("", _stripped(_csv_rows(content)))]
    found = [sheet for sheet in sheets if sheet.rows]
    if not found:
        raise NotATable
    return found


def _workbook(content: bytes) -> list[Sheet]:
    # Few ever upload one, and this takes 5 MB of each process that serves pages.
    from openpyxl import load_workbook  # noqa: PLC0415 - see above

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _check(archive)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            return [_sheet(archive, sheet) for sheet in visible[:_MOST_SHEETS]]
        finally:
            book.close()


def _check(archive: zipfile.ZipFile) -> None:
    """Refuse a bomb by what its directory says; zipfile never unpacks more than that."""
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise FileTooLarge
    cells = 0
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as file:
                chunk = file.read(_CHUNK)
                if b"<!DOCTYPE" in chunk:  # no spreadsheet writes one
                    raise NotATable
                while chunk:
                    cells += sum(1 for _each in _CELL.finditer(chunk))
                    if cells > _MOST_CELLS:  # a row of two million is small in the file
                        raise FileTooLarge
                    chunk = file.read(_CHUNK)


def _sheet(archive: zipfile.ZipFile, sheet: Any) -> Sheet:
    sheet.reset_dimensions()  # some programs write wrong ones
    rows = _stripped(
        [_plain(value) for value in values]
        for values in sheet.iter_rows(
            max_row=_MOST_LOOKED_AT, max_col=_MOST_COLUMNS, values_only=True
        )
    )
    path = sheet._worksheet_path.lstrip("/")  # noqa: SLF001 - read-only sheets tell no merged cells
    with archive.open(path) as file:
        return Sheet(str(sheet.title), rows, list(_merged(file, len(rows))))


def _merged(file: IO[bytes], rows: int) -> Iterator[Merged]:
    """Ranges of several rows, within what was read."""
    from openpyxl.utils.cell import range_boundaries  # noqa: PLC0415 - see _workbook

    cells, tail = 0, b""
    while chunk := file.read(_CHUNK):
        window = tail + chunk
        end = 0
        for found in _MERGED.finditer(window):
            end = found.end()
            left, top, right, bottom = (edge or 1 for edge in range_boundaries(found[1].decode()))
            area = Merged(top - 1, left - 1, min(bottom, rows) - 1, min(right, _MOST_COLUMNS) - 1)
            cells += max(area.bottom - area.top, 0) * max(area.right - area.left + 1, 0)
            if cells > _MOST_MERGED_CELLS:
                raise FileTooLarge
            if area.bottom > area.top and area.right >= area.left:
                yield area
        tail = window[max(end, len(window) - 300) :]


def _plain(value: object) -> Cell:
    """A value as rules and JSON know it: days as 2025-05-09."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return (value.date() if value.time() == time(0) else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    return text.clean(str(value))[:_LONGEST_CELL] or None


def _csv_rows(content: bytes) -> Iterator[list[Cell]]:
    """CSV as Excel writes it: UTF-8, or CP932 as Excel in Japan does by default."""
    if b"\x00" in content:
        raise NotATable
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            decoded = content.decode("cp932")
        except UnicodeDecodeError as error:
            raise NotATable from error
    tabs = "\t" in decoded.partition("\n")[0]
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter="\t" if tabs else ",")
    try:
        for cells in reader:
            yield [_plain(cell) for cell in cells[:_MOST_COLUMNS]]
    except csv.Error as error:
        raise NotATable from error


def _stripped(rows: Iterable[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """Rows without the blank ones at the end. Raises FileTooLarge."""
    kept: list[Sequence[Cell]] = []
    for number, row in enumerate(islice(rows, _MOST_LOOKED_AT)):
        if all(cell is None for cell in row):
            continue
        if number >= MOST_ROWS:
            raise FileTooLarge
        kept += [[]] * (number - len(kept))
        last = max(index for index, cell in enumerate(row) if cell is not None)
        kept.append(list(row[: last + 1]))
    return kept
