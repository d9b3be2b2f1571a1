"""Excel files as a stream: one sheet, nothing hidden, every cell what it is.

Written line by line into the archive: the memory does not grow with the lines, and a hundred
thousand of them take a second where XlsxWriter takes seven. Text is stored as text and never
becomes a formula or a link; the file names no author and no time.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import IntEnum
from html import escape
from itertools import chain, islice
from typing import IO, Any

from kyodo_match.core.clock import tokyo
from kyodo_match.core.errors import DomainError

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a sheet holds at most. Source: Excel specifications and limits.
MOST_LINES = 1_048_576
_LONGEST_TEXT = 32_767
_LINES_AT_ONCE = 25
_EPOCH = date(1899, 12, 30).toordinal()
_DAY_SECONDS = 86_400
# An archive's time; ours is always the same, so that equal lines make equal files.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_QUICK = 1  # the least compression takes half the time for a file a little larger

# What XML cannot hold or would read otherwise, and what Excel would read as such an escape.
_NEEDS_CARE = re.compile("[&<>\\x00-\\x08\\x0b-\\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_").search
_CONTROL = re.compile("[\\x00-\\x08\\x0b-\\x1f\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class TooManyLines(DomainError):
    """More lines than a sheet holds: the CSV has no such limit."""


class Style(IntEnum):
    """How a cell is shown: the number of its format in the file's styles."""

    NUMBER = 0
    TEXT = 1
    DAY = 2
    MOMENT = 3
    TIME = 4
    HEAD = 5


_WIDTHS = {Style.NUMBER: 10, Style.TEXT: 24, Style.DAY: 12, Style.MOMENT: 17, Style.TIME: 8}


def write(
    file: IO[bytes],
    *,
    sheet: str,
    columns: Sequence[tuple[str, Style]],
    rows: Iterable[Sequence[object]],
) -> None:
    """Write a workbook of one sheet whose head stays in sight. Raises TooManyLines.

    Moments are written as Japan's wall clock shows them; a blank is an empty cell.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as archive:
        for name, content in {**_PARTS, "xl/workbook.xml": _workbook(sheet)}.items():
            archive.writestr(_entry(name), content)
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w") as out:
            out.write(_opening([style for _name, style in columns]).encode())
            lines = chain([_head([name for name, _style in columns])], _lines(columns, rows))
            while some := list(islice(lines, _LINES_AT_ONCE)):
                out.write("".join(some).encode())
            out.write(b"</sheetData></worksheet>")


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _sheet_name(title: str) -> str:
    """A name that Excel takes: 31 characters, none of those it uses for references."""
    return re.sub(r"[\[\]:*?/\\']", "", title)[:31]


def _opening(styles: Sequence[Style]) -> str:
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{_WIDTHS[style]}" customWidth="1"/>'
        for number, style in enumerate(styles, 1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{widths}</cols><sheetData>"
    )


def _head(names: Sequence[str]) -> str:
    cells = [_text(name, f"{letters(number)}1", Style.HEAD) for number, name in enumerate(names)]
    return f'<row r="1">{"".join(cells)}</row>'


def _lines(
    columns: Sequence[tuple[str, Style]], rows: Iterable[Sequence[object]]
) -> Iterable[str]:
    written = [(letters(number), _CELLS[style]) for number, (_n, style) in enumerate(columns)]
    for number, row in enumerate(rows, 2):
        if number > MOST_LINES:
            raise TooManyLines
        cells = [
            cell(value, f"{column}{number}")
            for (column, cell), value in zip(written, row, strict=True)
            if value is not None
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'


def letters(number: int) -> str:
    """The name of a column, counted from 0: A … Z, AA …"""
    before, last = divmod(number, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


# --- cells ---------------------------------------------------------------------------------------


def _text(value: Any, place: str, style: Style = Style.TEXT) -> str:
    text = str(value)
    if not text:
        return ""
    if len(text) > _LONGEST_TEXT:  # Excel calls a file with a longer one broken
        text = f"{text[: _LONGEST_TEXT - 1]}…"
    if _NEEDS_CARE(text):
        text = _CONTROL.sub(
            lambda hit: f"_x{ord(hit[0]):04X}_", _ESCAPE.sub("_x005F_", escape(text, quote=False))
        )
    kept = f'<is><t xml:space="preserve">{text}</t></is>'
    return f'<c r="{place}" s="{style:d}" t="inlineStr">{kept}</c>'


def _number(value: Any, place: str) -> str:
    return f'<c r="{place}"><v>{value}</v></c>'


def _day(value: date, place: str) -> str:
    return f'<c r="{place}" s="2"><v>{value.toordinal() - _EPOCH}</v></c>'


def _moment(value: datetime, place: str) -> str:
    local = tokyo(value)
    days = local.toordinal() - _EPOCH + _part_of_day(local.time())
    return f'<c r="{place}" s="3"><v>{days!r}</v></c>'


def _time(value: time, place: str) -> str:
    return f'<c r="{place}" s="4"><v>{_part_of_day(value)!r}</v></c>'


def _part_of_day(value: time) -> float:
    return (value.hour * 3600 + value.minute * 60 + value.second) / _DAY_SECONDS


_CELLS: Mapping[Style, Callable[[Any, str], str]] = {
    Style.NUMBER: _number,
    Style.TEXT: _text,
    Style.DAY: _day,
    Style.MOMENT: _moment,
    Style.TIME: _time,
}

# --- the parts around the sheet ------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FORMATS = {
    Style.TEXT: "@",
    Style.DAY: "yyyy\\-mm\\-dd",
    Style.MOMENT: "yyyy\\-mm\\-dd\\ hh:mm",
    Style.TIME: "hh:mm",
    Style.HEAD: "@",
}
_OWN_FORMATS = 164  # the numbers below are Excel's own


def _workbook(sheet: str) -> str:
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        "<bookViews><workbookView/></bookViews><sheets>"
        f'<sheet name="{escape(_sheet_name(sheet))}" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    )


def _styles() -> str:
    """Formats in the order of Style; the head is bold."""
    own = "".join(
        f'<numFmt numFmtId="{_OWN_FORMATS + style}" formatCode="{escape(code)}"/>'
        for style, code in _FORMATS.items()
    )
    cells = "".join(
        f'<xf numFmtId="{_OWN_FORMATS + style if style in _FORMATS else 0}" '
        f'fontId="{int(style is Style.HEAD)}" '
        'fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
        for style in Style
    )
    font = '<sz val="11"/><name val="Yu Gothic"/><family val="2"/>'
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_FORMATS)}">{own}</numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        f'</cellStyleXfs><cellXfs count="{len(Style)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


_PARTS = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": _styles(),
}
