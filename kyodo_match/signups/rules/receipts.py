"""受付番号, as it is given and as it is typed."""

import re
import unicodedata

from kyodo_match.core import text
from kyodo_match.core.fiscal_year import FiscalYear

FIRST_ACCESS = 1  # the version of link and PIN that an application begins with


def receipt_number(year: FiscalYear, number: int) -> str:
    """R8-00012: the Reiwa year of the fiscal year of receipt and a running number.

    Source: docs/rules/receipts-and-links.md.
    """
    return f"R{year.reiwa}-{number:05}"


_DASHES = re.compile(r"[‐‑‒–—―−ー]")


_NUMBER = re.compile(r"R(\d{1,2})(?:-(\d{1,9})|(\d{5}))")


def read_number(typed: str) -> str:
    """A 受付番号 as somebody typed it, as it is stored: 「ｒ８－１２」 is R8-00012."""
    half = _DASHES.sub("-", unicodedata.normalize("NFKC", text.one_line(typed))).upper()
    found = _NUMBER.fullmatch(half.replace(" ", ""))
    return f"R{int(found[1])}-{int(found[2] or found[3]):05}" if found else half
