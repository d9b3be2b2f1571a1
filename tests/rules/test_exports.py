"""Exports: amounts in words, the map of open data, cells that come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.core import csv
from kyodo_match.exports.errors import BadEventMap
from kyodo_match.exports.rules import Cell, ExportKind, basic_fee, columns_of, parse_event_map
from kyodo_match.exports.rules.events import prefecture


@pytest.mark.parametrize(
    ("fee", "amount"),
    [
        ("無料", 0),
        ("500円", 500),
        ("５００円（保険料を含む）", 500),
        ("1,500円", 1500),
        ("大人500円、子ども200円", None),
        ("無料（材料費300円）", None),
        ("材料費は実費", None),
        ("7月までは未定", None),
        ("", None),
    ],
)
def test_a_basic_fee_is_the_one_amount_that_a_text_names(fee: str, amount: int | None) -> None:
    assert basic_fee(fee) == amount


@pytest.mark.parametrize(
    ("code", "name"),
    [("082350", "茨城県"), ("131016", "東京都"), ("", ""), ("990000", ""), ("x", "")],
)
def test_a_code_tells_the_prefecture(code: str, name: str) -> None:
    assert prefecture(code) == name


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ({}, "columns"),
        ({"columns": "title"}, "columns"),
        ({"columns": [{"value": "title"}]}, "head"),
        ({"columns": [{"head": "氏名", "value": "name"}]}, "氏名: name"),
        ({"columns": ["title"]}, "head"),
    ],
)
def test_a_map_that_cannot_be_used_says_where(document: dict[str, object], part: str) -> None:
    with pytest.raises(BadEventMap) as refusal:
        parse_event_map(document)

    assert refusal.value.part == part


def test_whatever_is_typed_is_looked_at_for_formulas() -> None:
    typed = {
        "name", "kana", "email", "phone", "district", "title", "description", "place", "address",
        "group", "opportunity", "representative", "website", "purpose", "activity", "fee",
        "bring", "rain", "contact_name", "contact_phone", "access", "parking", "unit",
    }  # fmt: skip

    found = {column.name: column.cell for kind in ExportKind for column in columns_of(kind)}

    assert {name for name in typed if found[name] is not Cell.TEXT} == set()


@given(st.text(alphabet="='+-@＝＋－＠\t\r abc髙0", max_size=8))
def test_a_cell_that_was_made_harmless_is_read_as_it_was(text: str) -> None:
    assert csv.as_typed(csv.harmless(text)) == text
