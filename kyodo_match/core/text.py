"""Text as people type it, brought into the one form that is stored and compared."""

import re
import unicodedata

import jaconv

_PHONE_JUNK = re.compile(r"[\s()\-‐‑‒–—―−ーｰ.]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_MOBILE = ("050", "060", "070", "080", "090")
_TOLL_FREE = ("0120", "0800", "0570")
_TEN, _ELEVEN = 10, 11


def clean(text: str) -> str:
    """Drop control and direction-changing characters and outer white space; keep the rest.

    Names are never corrected: 𠮷, 髙, 﨑 and variation selectors stay.
    """
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    """`clean`, and white space within becomes single spaces."""
    return re.sub(r"\s+", " ", clean(text))


def search_key(text: str) -> str:
    """What search compares: NFKC, case-folded, hiragana for katakana, without spaces."""
    folded = unicodedata.normalize("NFKC", clean(text)).casefold()
    return re.sub(r"\s+", "", str(jaconv.kata2hira(folded)))


def kana(text: str) -> str:
    """ふりがな: NFKC, hiragana, single spaces."""
    return str(jaconv.kata2hira(unicodedata.normalize("NFKC", one_line(text))))


_KANA = re.compile(r"[ぁ-ゖ゛゜ー・ゝゞa-zA-Z'’.\- ]+")


def is_kana(text: str) -> bool:
    """Whether a normalised ふりがな is kana, or the Latin letters of a foreign name."""
    return _KANA.fullmatch(text) is not None


def email(text: str) -> str:
    """NFKC (full-width ａ＠ is common), without spaces, in lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", clean(text))).lower()


def phone(text: str) -> str | None:
    """A Japanese telephone number with hyphens, or None where it cannot be one.

    Full-width digits, spaces and any dash are accepted. Area codes differ in
    length; where hyphens or brackets that fit were typed, they are kept.
    """
    half = unicodedata.normalize("NFKC", clean(text))
    half = re.sub(r"^\+?81[\s-]?\(?0?\)?", "0", half) if half.startswith("+81") else half
    digits = _PHONE_JUNK.sub("", half)
    if not digits.isascii() or not digits.isdigit() or not digits.startswith("0"):
        return None
    mobile = len(digits) == _ELEVEN and digits.startswith(_MOBILE)
    if not mobile and len(digits) != _TEN:
        return None
    area, local = _split(digits, [len(part) for part in _PHONE_JUNK.split(half) if part])
    return f"{digits[:area]}-{digits[area : area + local]}-{digits[area + local :]}"


def _split(digits: str, typed: list[int]) -> tuple[int, int]:
    """How long area code and local code are: as typed where that fits, else as is usual."""
    if len(digits) == _ELEVEN:
        return 3, 4
    if digits.startswith(_TOLL_FREE):
        return 4, 3
    if typed in ([2, 4, 4], [3, 3, 4], [4, 2, 4], [5, 1, 4]):
        return typed[0], typed[1]
    return (2, 4) if digits.startswith(("03", "06")) else (4, 2)


def digits(text: str) -> str:
    """Half-width digits out of what was typed."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


_MOST_DIGITS = 9  # what Python cannot read, and no database column holds, is no number of ours


def number(typed: str, otherwise: int = 0) -> int:
    """The whole number that an address or a hidden field carries; `otherwise` where it is none.

    Nobody types these: what is not plain digits, or too many of them, somebody made up.
    """
    is_one = typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS
    return int(typed) if is_one else otherwise


def mask_email(address: str) -> str:
    """`t***@example.jp`: enough to recognise one's own address, useless to others."""
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}"
