"""団体: kinds, states and roles of members."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kyodo_match.core import csv, text
from kyodo_match.groups.errors import EndMissing, EndsBeforeItBegins


class GroupKind(StrEnum):
    """団体の種類. Source: 市民協働基本指針 V-4."""

    NEIGHBOURHOOD = "neighbourhood"
    PURPOSE = "purpose"
    OTHER = "other"
    BUSINESS = "business"
    PUBLIC = "public"


class GroupStatus(StrEnum):
    """登録の状態."""

    APPLIED = "applied"
    REGISTERED = "registered"
    SUSPENDED = "suspended"
    ENDED = "ended"


class MemberRole(StrEnum):
    """団体での役割, from the least to the most."""

    RECEPTION = "reception"
    EDITOR = "editor"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        return list(MemberRole).index(self)


# Who is written what happens to a group's days.
WRITES = (MemberRole.OWNER, MemberRole.EDITOR)

LEGAL_FORMS = (
    "任意団体", "NPO法人", "認定NPO法人", "一般社団・財団",
    "社会福祉法人", "学校法人", "会社", "その他",
)  # fmt: skip

# The 20 fields of the NPO law (特定非営利活動促進法 別表) as reports use them.
LAW_FIELDS = {
    1: "保健・医療・福祉", 2: "社会教育", 3: "まちづくり", 4: "観光", 5: "農山漁村・中山間地域",
    6: "学術・文化・芸術・スポーツ", 7: "環境の保全", 8: "災害救援", 9: "地域安全",
    10: "人権・平和", 11: "国際協力", 12: "男女共同参画", 13: "子どもの健全育成",
    14: "情報化社会", 15: "科学技術",
    16: "経済活動の活性化", 17: "職業能力・雇用機会", 18: "消費者の保護",
    19: "団体の運営・活動の連絡・助言・援助", 20: "条例で定める活動",
}  # fmt: skip


class PlainField(StrEnum):
    """分野: the nine plain ones that citizens choose among."""

    WELFARE = "welfare"
    EDUCATION = "education"
    CULTURE = "culture"
    SPORTS = "sports"
    ENVIRONMENT = "environment"
    COMMUNITY = "community"
    SAFETY = "safety"
    INTERNATIONAL = "international"
    OTHER = "other"


# Which plain fields a law field falls under. Source: docs/rules/group-register.md.
PLAIN_OF_LAW: dict[int, tuple[PlainField, ...]] = {
    1: (PlainField.WELFARE,),
    2: (PlainField.EDUCATION,),
    13: (PlainField.EDUCATION,),
    6: (PlainField.CULTURE, PlainField.SPORTS),
    7: (PlainField.ENVIRONMENT,),
    **dict.fromkeys((3, 4, 5, 16, 17), (PlainField.COMMUNITY,)),
    **dict.fromkeys((8, 9, 18), (PlainField.SAFETY,)),
    **dict.fromkeys((10, 11, 12), (PlainField.INTERNATIONAL,)),
    **dict.fromkeys((14, 15, 19, 20), (PlainField.OTHER,)),
}


def plain_fields(law_fields: tuple[int, ...]) -> tuple[str, ...]:
    """The plain fields of some law fields, in the order citizens see them, each once."""
    wanted = {plain for number in law_fields for plain in PLAIN_OF_LAW[number]}
    return tuple(field.value for field in PlainField if field in wanted)


# What a group may show of its entry or keep to itself. Name, kana, kind, legal form, fields,
# purpose and activity of a registered group are public; nothing else ever is.
PUBLIC_ITEMS = ("representative", "phone", "email", "founded_on", "members", "website")

_WEBSITE = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+([/?#]\S*)?")


@dataclass(frozen=True)
class Profile:
    """What a group says of itself: its owner may change it."""

    law_fields: tuple[str, ...]
    representative: str = ""
    phone: str = ""
    email: str = ""
    founded_on: date | None = None
    members: int | None = None
    website: str = ""
    purpose: str = ""
    activity: str = ""
    public_items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registration:
    """What the register says of a group: staff change it."""

    name: str
    kind: GroupKind
    kana: str = ""
    legal_form: str = ""
    status: GroupStatus = GroupStatus.REGISTERED
    registered_on: date | None = None
    ended_on: date | None = None


def check_dates(status: GroupStatus, registered_on: date | None, ended_on: date | None) -> None:
    """Raise EndsBeforeItBegins or EndMissing. Source: docs/rules/group-register.md."""
    if registered_on and ended_on and ended_on < registered_on:
        raise EndsBeforeItBegins
    if status is GroupStatus.ENDED and ended_on is None:
        raise EndMissing


def is_kana(kana: str) -> bool:
    """Whether a group's ふりがな can be read aloud; unlike people, groups have digits in names."""
    return text.is_kana(re.sub("[0-9]", "", kana) or "あ")


def is_website(address: str) -> bool:
    """Whether it is an address of the web that a browser may be sent to."""
    return _WEBSITE.fullmatch(address) is not None


# --- the file ------------------------------------------------------------------------------------

COLUMNS = (
    "name", "kana", "kind", "legal_form", "fields", "representative", "phone", "email",
    "founded_on", "members", "website", "purpose", "activity", "status",
    "registered_on", "ended_on",
)  # fmt: skip
REQUIRED = ("name", "kind", "fields")


def entry(row: csv.Row) -> Mapping[str, Any]:
    """The columns that a line brings, read; what is wrong is noted on the row.

    A column that the file does not have is absent here: a second import leaves it as it was.
    Source: docs/files.md.
    """
    readers: dict[str, Any] = {
        "kana": (_kana, ""),
        "kind": (_kind, GroupKind.OTHER),
        "legal_form": (_legal_form, ""),
        "fields": (_law_fields, ()),
        "phone": (_phone, ""),
        "email": (_email, ""),
        "founded_on": (csv.iso_date, None),
        "members": (csv.whole, None),
        "website": (_website, ""),
        "status": (_status, GroupStatus.REGISTERED),
        "registered_on": (csv.iso_date, None),
        "ended_on": (csv.iso_date, None),
    }
    values: dict[str, Any] = {}
    for column in COLUMNS:
        if column not in row.cells:
            continue
        name = "law_fields" if column == "fields" else column
        if column in readers:
            values[name] = row.take(column, *readers[column])
        elif column in {"purpose", "activity"}:
            values[name] = row.text(column)
        else:
            values[name] = text.one_line(row.text(column))
    begins, ends = values.get("registered_on"), values.get("ended_on")
    if begins and ends and ends < begins:
        row.problems.append("ended_on: 登録日より前の日です")
    return values


def _kana(raw: str) -> str:
    kana = text.kana(raw)
    if not is_kana(kana):
        raise csv.BadCell("ひらがなで書いてください")
    return kana


def _kind(raw: str) -> GroupKind:
    if raw not in set(GroupKind):
        raise csv.BadCell(f"{'・'.join(GroupKind)}のどれかを書いてください")
    return GroupKind(raw)


def _status(raw: str) -> GroupStatus:
    if raw not in set(GroupStatus):
        raise csv.BadCell(f"{'・'.join(GroupStatus)}のどれかを書いてください")
    return GroupStatus(raw)


def _legal_form(raw: str) -> str:
    found = next(
        (form for form in LEGAL_FORMS if text.search_key(form) == text.search_key(raw)), ""
    )
    if not found:
        raise csv.BadCell(f"{'・'.join(LEGAL_FORMS)}のどれかを書いてください")
    return found


def _law_fields(raw: str) -> tuple[str, ...]:
    parts = csv.cell_list(raw)
    numbers = {int(part) if part.isdecimal() and len(part) < 3 else 0 for part in parts}  # noqa: PLR2004 - there are 20
    if not numbers or not numbers <= set(LAW_FIELDS):
        raise csv.BadCell("1から20の番号を「;」で区切って書いてください")
    return tuple(str(number) for number in sorted(numbers))


def _phone(raw: str) -> str:
    number = text.phone(raw)
    if number is None:
        raise csv.BadCell("電話番号は市外局番から書いてください")
    return number


def _email(raw: str) -> str:
    address = text.email(raw)
    name, at, host = address.partition("@")
    if not (name and at and "." in host.strip(".")) or "@" in host:
        raise csv.BadCell("メールアドレスを確かめてください")
    return address


def _website(raw: str) -> str:
    if not is_website(raw):
        raise csv.BadCell("https://で始まるURLを書いてください")
    return raw
