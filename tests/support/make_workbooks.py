"""Workbooks as offices keep them, made by the tests: no binary file lies in the repository."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

HEADER = ["No.", "実施日", "事業名", "受入団体", "参加者数（人）", "実人数", "備考"]


def make_workbook(
    rows: Sequence[Sequence[Any]],
    *,
    merged: Iterable[str] = (),
    sheet: str = "実績",
    more_sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]] = (),
) -> bytes:
    """An .xlsx of these rows, with ranges such as `B4:B5` merged."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = sheet
    for row in rows:
        first.append(list(row))
    for area in merged:
        first.merge_cells(area)
    for name, lines in more_sheets:
        other = book.create_sheet(name)
        for line in lines:
            other.append(list(line))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def last_year(*lines: Sequence[Any], merged: Iterable[str] = ()) -> bytes:
    """Results of 令和7年度 below a title and a blank row: the first line stands in row 4."""
    return make_workbook(
        [["令和7年度　市民活動体験　実績一覧"], [], HEADER, *lines], merged=["A1:G1", *merged]
    )
