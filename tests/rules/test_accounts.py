"""人と権限: what counts as a password, and until when rights last."""

from datetime import date, datetime, timedelta

import pytest

from kyodo_match.accounts.errors import PasswordTooCommon, PasswordTooLong, PasswordTooShort
from kyodo_match.accounts.rules import (
    LINK_LASTS,
    InvitationPurpose,
    StaffRole,
    check_password,
    has_ended,
    normal_password,
)
from kyodo_match.core.clock import TOKYO

EMAIL = "hanako.ishikawa@city.example.jp"
CITY = "つくばみらい市"


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("あおい かえる まるい 月 42", id="Japanese words"),
        pytest.param("correct staple horse pond", id="Latin words"),
        pytest.param("kkkkkkkktttttttt7", id="no composition rule asks for signs"),
        pytest.param("つくばみらい市の丘でパンを焼く朝", id="the city's name among others"),
        pytest.param("ｆｕｌｌ　ｗｉｄｔｈ　ｌｅｔｔｅｒｓ", id="full-width letters"),
    ],
)
def test_a_long_password_of_ones_own_is_good(password: str) -> None:
    check_password(password, email=EMAIL, municipality=CITY)


@pytest.mark.parametrize("password", ["", "あおいかえる", "x" * 14, "①②③④⑤⑥⑦"])
def test_a_password_of_fewer_than_15_characters_is_too_short(password: str) -> None:
    with pytest.raises(PasswordTooShort) as refusal:
        check_password(password, email=EMAIL, municipality=CITY)

    assert refusal.value.shortest == 15


def test_a_password_that_would_only_keep_the_server_busy_is_too_long() -> None:
    with pytest.raises(PasswordTooLong):
        check_password("あ" * 201, email=EMAIL, municipality=CITY)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("PasswordPassword", id="on the list, in capitals"),
        pytest.param("password-1234567890", id="on the list, with signs"),
        pytest.param("qwertyuiopasdfgh", id="along the keyboard"),
        pytest.param("aaaaaaaaaaaaaaaaaaaa", id="one letter"),
        pytest.param("abc-abc-abc-abc-abc", id="a short pattern"),
        pytest.param(EMAIL, id="the address"),
        pytest.param("hanako.ishikawa2026!", id="the address and a year"),
        pytest.param("つくばみらい市つくばみらい市2026", id="the city twice"),
        pytest.param("kyodo-match-2026-11", id="the product and a month"),
        pytest.param("協働マッチ協働マッチ協働マッチ", id="the product three times"),
    ],
)
def test_what_others_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooCommon):
        check_password(password, email=EMAIL, municipality=CITY)


def test_every_keyboard_types_the_same_password() -> None:
    assert normal_password("ｶﾞｷﾞｸﾞ１２３") == normal_password("ガギグ123")


@pytest.mark.parametrize(
    ("ends_on", "ended"),
    [(None, False), (date(2026, 11, 22), False), (date(2026, 11, 21), True)],
    ids=["no end", "the last day counts", "the day after"],
)
def test_rights_last_until_the_end_of_their_last_day(ends_on: date | None, *, ended: bool) -> None:
    just_before_midnight = datetime(2026, 11, 22, 23, 59, tzinfo=TOKYO)

    assert has_ended(ends_on, just_before_midnight) is ended


def test_roles_go_from_the_least_to_the_most() -> None:
    ranks = [StaffRole.VIEWER.rank, StaffRole.COORDINATOR.rank, StaffRole.ADMIN.rank]

    assert ranks == sorted(ranks)


def test_links_last_as_long_as_they_say() -> None:
    assert {
        InvitationPurpose.INVITE: timedelta(hours=48),
        InvitationPurpose.RESET: timedelta(hours=1),
    } == LINK_LASTS
