"""人と権限: roles, how long links and sessions live, and what counts as a password."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from kyodo_match.accounts.errors import PasswordTooCommon, PasswordTooLong, PasswordTooShort
from kyodo_match.core.clock import tokyo_date


class StaffRole(StrEnum):
    """職員の役割, from the least to the most."""

    VIEWER = "viewer"
    COORDINATOR = "coordinator"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(StaffRole).index(self)


class InvitationPurpose(StrEnum):
    """What a one-time link is for: a first password, or a new one."""

    INVITE = "invite"
    RESET = "reset"


# Source: docs/rules/people-and-rights.md.
LINK_LASTS = {
    InvitationPurpose.INVITE: timedelta(hours=48),
    InvitationPurpose.RESET: timedelta(hours=1),
}
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200

_PRODUCT = ("kyodomatch", "kyodo", "協働マッチ", "協働", "きょうどう")
_LEAST_OF_ITS_OWN = 8  # what must be left when well-known words are taken out
_LONGEST_PATTERN = 6
_COMMON_WORDS = """
passwordpassword passwordpassword1 password123456789 password1234567890 password123password
passw0rdpassw0rd p@ssw0rdp@ssw0rd thisismypassword mypasswordis123 changemechangeme
changeme12345678 letmeinletmein123 welcomewelcome1 welcome123456789 administrator123
administratoradmin adminadminadmin admin1234567890 adminadmin12345 rootrootrootroot
123456789012345 1234567890123456 12345678901234567890 123456789123456789 098765432109876
987654321098765 111222333444555 112233445566778 qwertyuiopasdfg qwertyuiopasdfgh
qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm qwertyuiop123456 qwertyuiop1234567890
qwerty123456789 qwerty1234567890 1qaz2wsx3edc4rfv 1qaz2wsx3edc4rfv5tgb 1q2w3e4r5t6y7u8i
1q2w3e4r5t6y7u8i9o0p zaq12wsxcde34rfv asdfghjklqwertyuiop zxcvbnmasdfghjkl abcdefghijklmno
abcdefghijklmnop abcdefghijklmnopqrstuvwxyz abc123abc123abc123 iloveyouiloveyou
iloveyou12345678 correcthorsebatterystaple trustno1trustno1 sunshinesunshine
princessprincess footballfootball baseballbaseball superman12345678 volunteervolunteer
volunteer123456 shiyakusho12345 shiyakushoshiyakusho shiminkatsudou1
passwordwowasureta pasuwadopasuwado pasuwaadopasuwaado aiueokakikukeko
aiueokakikukekosashisuseso あいうえおかきくけこさしすせそ いろはにほへとちりぬるをわかよ
"""


def normal_password(password: str) -> str:
    """The form that is checked and hashed: NFKC, so that every keyboard types the same."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, email: str, municipality: str) -> None:
    """Refuse a password that is short or that others would try first; no composition rules.

    Raises PasswordTooShort, PasswordTooLong, PasswordTooCommon.
    Source: docs/rules/people-and-rights.md.
    """
    normal = normal_password(password)
    if len(normal) < SHORTEST_PASSWORD:
        raise PasswordTooShort(SHORTEST_PASSWORD)
    if len(normal) > LONGEST_PASSWORD:
        raise PasswordTooLong(LONGEST_PASSWORD)
    key = _key(normal)
    if key in _COMMON or _is_a_pattern(key):
        raise PasswordTooCommon
    local, _, host = email.partition("@")
    city = municipality.rstrip("市区町村都道府県")
    if len(_without(key, (email, local, host, municipality, city, *_PRODUCT))) < _LEAST_OF_ITS_OWN:
        raise PasswordTooCommon


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


_COMMON = frozenset(_key(word) for word in _COMMON_WORDS.split())


def _is_a_pattern(key: str) -> bool:
    """One short piece over and over: aaaa…, 123123…"""
    return any(
        key == (key[:size] * len(key))[: len(key)] for size in range(1, _LONGEST_PATTERN + 1)
    )


def _without(key: str, words: Iterable[str]) -> str:
    for word in sorted({_key(word) for word in words}, key=len, reverse=True):
        if len(word) > 1:
            key = key.replace(word, "")
    return key


def is_address(email: str) -> bool:
    """Whether mail can be sent there, as far as its form tells."""
    from email_validator import (  # noqa: PLC0415 - few processes ask, all load these rules
        EmailNotValidError,
        validate_email,
    )

    try:
        validate_email(
            email, check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError:
        return False
    return True


def has_ended(rights_end_on: date | None, now: datetime) -> bool:
    """Whether rights are over: the day they end on is the last one in force."""
    return rights_end_on is not None and tokyo_date(now) > rights_end_on
