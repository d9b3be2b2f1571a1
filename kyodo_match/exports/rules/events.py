"""イベント一覧: the columns of open data, read from a map in a data file.

Other vintages of the list exist, so that no column is written in code: the map says which value
of an event stands under which head.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kyodo_match.exports.errors import BadEventMap
from kyodo_match.exports.rules.kinds import Cell, Column

# Everything that a map may ask for. What is not here can never become open data.
EVENT_VALUES = {
    "municipality_code": Cell.CODE,
    "prefecture": Cell.TEXT,
    "municipality": Cell.TEXT,
    "slot_id": Cell.CODE,
    "title": Cell.TEXT,
    "description": Cell.TEXT,
    "group": Cell.TEXT,
    "start_day": Cell.DAY,
    "end_day": Cell.DAY,
    "start_time": Cell.TIME,
    "end_time": Cell.TIME,
    "starts_at": Cell.MOMENT,
    "ends_at": Cell.MOMENT,
    "day_note": Cell.TEXT,
    "basic_fee": Cell.NUMBER,
    "fee": Cell.TEXT,
    "contact_name": Cell.TEXT,
    "contact_phone": Cell.TEXT,
    "place": Cell.TEXT,
    "address": Cell.TEXT,
    "access": Cell.TEXT,
    "parking": Cell.TEXT,
    "capacity": Cell.NUMBER,
    "closing_day": Cell.DAY,
    "closing_time": Cell.TIME,
    "how_to_apply": Cell.TEXT,
    "url": Cell.TEXT,
    "note": Cell.TEXT,
    "nothing": Cell.TEXT,  # a column that the list has and we do not know
}

# The first two digits of a 全国地方公共団体コード. Source: JIS X 0401.
PREFECTURES = dict(
    enumerate(
        (
            "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
            "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
            "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
            "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
            "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
            "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
        ),
        start=1,
    )
)  # fmt: skip


@dataclass(frozen=True)
class EventColumn:
    """One column of the list: its head, and the value of an event that stands under it."""

    head: str
    value: str

    @property
    def column(self) -> Column:
        return Column(self.head, EVENT_VALUES[self.value])


@dataclass(frozen=True)
class EventMap:
    """The columns of the list, in order."""

    columns: tuple[EventColumn, ...]


def parse_event_map(document: Mapping[str, Any]) -> EventMap:
    """The map that a data file holds. Raises BadEventMap."""
    found = document.get("columns")
    if not isinstance(found, list) or not found:
        raise BadEventMap("columns")
    columns = []
    for entry in found:
        named = entry if isinstance(entry, dict) else {}
        head, value = named.get("head"), named.get("value")
        if not isinstance(head, str) or not head:
            raise BadEventMap("head")
        if value not in EVENT_VALUES:
            raise BadEventMap(f"{head}: {value}")
        columns.append(EventColumn(head, value))
    return EventMap(tuple(columns))


def prefecture(municipality_code: str) -> str:
    """The name of the prefecture that a code belongs to; blank where it is none."""
    head = municipality_code[:2]
    return PREFECTURES.get(int(head), "") if head.isascii() and head.isdigit() else ""


def basic_fee(fee: str) -> int | None:
    """料金(基本): the one amount that a text names, 0 for 無料, else not known.

    「無料（材料費300円）」 and 「大人500円、子ども200円」 name none: the text stands in the next
    column and says it better than a guess.
    """
    plain = unicodedata.normalize("NFKC", fee).replace(",", "")
    amounts = re.findall(r"\d+", plain)
    is_free = "無料" in plain
    if is_free and not amounts:
        return 0
    if not is_free and len(amounts) == 1 and re.search(r"\d+\s*円", plain):
        return int(amounts[0])
    return None
