"""Slips in mail addresses, and carriers that keep mail from strangers out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.signups.rules import carrier_of, suggested_address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmail.co.jp", "gmail.com"),
        ("yahoo.co.jo", "yahoo.co.jp"),
        ("yhaoo.co.jp", "yahoo.co.jp"),
        ("yahoo.cojp", "yahoo.co.jp"),
        ("dokomo.ne.jp", "docomo.ne.jp"),
        ("docomo.co.jp", "docomo.ne.jp"),
        ("ezwed.ne.jp", "ezweb.ne.jp"),
        ("au.con", "au.com"),
        ("softbank.ne.jo", "softbank.ne.jp"),
        ("i.softbank.ne.jp", "softbank.ne.jp"),
        ("iclod.com", "icloud.com"),
        ("outlok.jp", "outlook.jp"),
        ("hotmial.co.jp", "hotmail.co.jp"),
    ],
)
def test_a_slip_in_a_usual_domain_is_asked_about(typed: str, meant: str) -> None:
    assert suggested_address(f"hana.ko@{typed}") == f"hana.ko@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "yahoo.co.jp",
        "yahoo.ne.jp",
        "yahoo.com",
        "mail.com",
        "ymail.com",
        "outlook.jp",
        "outlook.com",
        "hotmail.co.jp",
        "example.jp",
        "city.tsukubamirai.lg.jp",
        "tsukuba.ac.jp",
        "jcom.zaq.ne.jp",
    ],
)
def test_what_exists_is_not_asked_about(domain: str) -> None:
    assert suggested_address(f"hanako@{domain}") is None


@pytest.mark.parametrize("address", ["", "@gmial.com", "hanako", "hanako@"])
def test_what_is_no_address_has_nothing_to_suggest(address: str) -> None:
    assert suggested_address(address) is None


@given(st.text(alphabet="abcdefgilmnoyw.@-", max_size=24))
def test_a_suggestion_changes_the_domain_alone_and_is_never_asked_about_again(text: str) -> None:
    meant = suggested_address(text)

    if meant is not None:
        assert meant.rpartition("@")[0] == text.rpartition("@")[0]
        assert meant != text
        assert suggested_address(meant) is None


@pytest.mark.parametrize(
    ("domain", "carrier"),
    [
        ("docomo.ne.jp", "docomo"),
        ("ezweb.ne.jp", "au"),
        ("au.com", "au"),
        ("i.softbank.jp", "SoftBank"),
        ("k.vodafone.ne.jp", "SoftBank"),
        ("ymobile.ne.jp", "Y!mobile"),
        ("rakumail.jp", "楽天モバイル"),
        ("gmail.com", None),
        ("notau.com", None),
        ("example.jp", None),
    ],
)
def test_a_carriers_address_is_known(domain: str, carrier: str | None) -> None:
    assert carrier_of(f"hanako@{domain}") == carrier
