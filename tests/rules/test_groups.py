"""団体: fields, dates and the lines of a file."""

from datetime import date

import pytest

from kyodo_match.core.csv import Row
from kyodo_match.groups.errors import EndMissing, EndsBeforeItBegins
from kyodo_match.groups.rules import (
    COLUMNS,
    LAW_FIELDS,
    PLAIN_OF_LAW,
    PUBLIC_ITEMS,
    GroupKind,
    GroupStatus,
    MemberRole,
    PlainField,
    check_dates,
    entry,
    is_website,
    plain_fields,
)

GOOD = {"name": "里山の会", "kind": "purpose", "fields": "7;13"}


def test_every_law_field_falls_under_a_plain_one() -> None:
    assert sorted(PLAIN_OF_LAW) == sorted(LAW_FIELDS) == list(range(1, 21))
    assert {plain for plains in PLAIN_OF_LAW.values() for plain in plains} == set(PlainField)


def test_plain_fields_come_in_the_citizens_order_each_once() -> None:
    assert plain_fields((13, 7, 2)) == ("education", "environment")
    assert plain_fields((6,)) == ("culture", "sports")


def test_member_roles_go_from_the_least_to_the_most() -> None:
    ranks = [MemberRole.RECEPTION.rank, MemberRole.EDITOR.rank, MemberRole.OWNER.rank]

    assert ranks == sorted(ranks)


def test_what_may_be_public_is_this_list_and_nothing_else() -> None:
    assert PUBLIC_ITEMS == (
        "representative",
        "phone",
        "email",
        "founded_on",
        "members",
        "website",
    )


def test_a_line_is_read_into_the_columns_it_brings() -> None:
    cells = {
        **GOOD,
        "kana": "サトヤマノカイ",
        "legal_form": "npo法人",
        "phone": "０２９７ー５８ー２１１１",
        "email": "Ｓato@Example.jp",
        "members": "２５",
        "founded_on": "2008-04-12",
        "website": "https://satoyama.example.jp/",
        "status": "",
    }
    row = Row(2, cells)

    values = entry(row)

    assert row.problems == []
    assert values == {
        "name": "里山の会",
        "kana": "さとやまのかい",
        "kind": GroupKind.PURPOSE,
        "legal_form": "NPO法人",
        "law_fields": ("7", "13"),
        "phone": "0297-58-2111",
        "email": "sato@example.jp",
        "members": 25,
        "founded_on": date(2008, 4, 12),
        "website": "https://satoyama.example.jp/",
        "status": GroupStatus.REGISTERED,
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kana", "里山"),
        ("kind", "club"),
        ("legal_form", "組合"),
        ("fields", "0"),
        ("fields", "7;21"),
        ("fields", "環境"),
        ("fields", "፩"),
        ("fields", "9" * 5000),
        ("fields", ";"),
        ("phone", "58-2111"),
        ("email", "sato"),
        ("email", "a@b@example.jp"),
        ("members", "-3"),
        ("members", "多数"),
        ("founded_on", "平成20年"),
        ("founded_on", "2026-02-32"),
        ("website", "javascript:alert(1)"),
        ("website", "satoyama.example.jp"),
        ("status", "active"),
    ],
)
def test_a_bad_cell_is_noted_with_its_column(column: str, value: str) -> None:
    row = Row(2, {**GOOD, column: value})

    entry(row)

    assert len(row.problems) == 1
    assert row.problems[0].startswith(f"{column}: ")


def test_a_line_that_ends_before_it_begins_is_noted() -> None:
    row = Row(2, {**GOOD, "registered_on": "2026-04-01", "ended_on": "2026-03-31"})

    entry(row)

    assert row.problems == ["ended_on: 登録日より前の日です"]


def test_the_columns_are_those_of_the_interface() -> None:
    written = (
        "name kana kind legal_form fields representative phone email founded_on members website "
        "purpose activity status registered_on ended_on"
    )

    assert " ".join(COLUMNS) == written


def test_a_registration_does_not_end_before_it_begins() -> None:
    with pytest.raises(EndsBeforeItBegins):
        check_dates(GroupStatus.REGISTERED, date(2026, 4, 2), date(2026, 4, 1))


def test_a_group_that_has_ended_says_when() -> None:
    check_dates(GroupStatus.ENDED, date(2026, 4, 1), date(2026, 4, 1))

    with pytest.raises(EndMissing):
        check_dates(GroupStatus.ENDED, date(2026, 4, 1), None)


@pytest.mark.parametrize(
    "address",
    ["http://example.jp", "https://example.jp/a?b=c#d", "https://みらい.example.jp/道"],
)
def test_addresses_of_the_web_are_taken(address: str) -> None:
    assert is_website(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.jp",
        "https://",
        "https://localhost",
        "https://a@example.jp",
        "https://example.jp/ b",
        "ftp://example.jp",
    ],
)
def test_other_addresses_are_not(address: str) -> None:
    assert not is_website(address)
