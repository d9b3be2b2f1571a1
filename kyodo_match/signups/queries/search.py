"""Applications by what a caller says: a number, a name, a phone, an address."""

import re
import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core import text
from kyodo_match.core.paging import paged
from kyodo_match.signups import rules
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.queries.lists import Listing
from kyodo_match.signups.queries.one import WHOLE

FOUND_PAGE = 20
_NUMBERS = re.compile(r"[\d\s()\-‐‑‒–—―−ー+.]+")
_RECEIPT_DIGITS, _FEWEST_DIGITS = 5, 4


def found(session: Session, word: str, *, page: int = 1) -> Listing:
    """A page of applications that fit a word, the latest first; none for a blank one.

    受付番号 or its running number, the last digits of a phone number, an address, a name or its
    reading, as it is typed: full-width, half-width, katakana or hiragana, with spaces or without.
    """
    conditions = fits(word)
    total = session.scalars(sa.select(sa.func.count()).select_from(Signup).where(conditions)).one()
    page, pages = paged(page, total=total, size=FOUND_PAGE)
    rows = session.scalars(
        WHOLE.where(conditions)
        .order_by(Signup.id.desc())
        .limit(FOUND_PAGE)
        .offset((page - 1) * FOUND_PAGE)
    ).all()
    return Listing(rows, total, page, pages)


def fits(word: str) -> sa.ColumnElement[bool]:
    """A condition on sign-ups: the word speaks of them, as `found` says."""
    number = Signup.receipt_number == rules.read_number(word)
    if not word.strip():
        return sa.false()
    if "@" in text.email(word):
        return Signup.email.contains(text.email(word), autoescape=True)
    if _NUMBERS.fullmatch(unicodedata.normalize("NFKC", word)):
        return sa.or_(number, *_by_digits(text.digits(word)))
    name = re.sub(r"\s+", "", word)
    kana = re.sub(r"\s+", "", text.kana(word))
    return sa.or_(
        number,
        *(
            sa.func.replace(column, " ", "").contains(typed, autoescape=True)
            for column, typed in ((Signup.name, name), (Signup.kana, kana))
        ),
        Signup.participants.any(
            sa.or_(
                *(
                    sa.func.replace(column, " ", "").contains(typed, autoescape=True)
                    for column, typed in ((Participant.name, name), (Participant.kana, kana))
                )
            )
        ),
    )


def _by_digits(digits: str) -> list[sa.ColumnElement[bool]]:
    """The end of a phone number, and the running number of a 受付番号 of any year."""
    found: list[sa.ColumnElement[bool]] = []
    if len(digits) >= _FEWEST_DIGITS:
        found.append(sa.func.replace(Signup.phone, "-", "").endswith(digits, autoescape=True))
    if 0 < len(digits) <= _RECEIPT_DIGITS:
        found.append(Signup.receipt_number.endswith(f"-{digits.zfill(_RECEIPT_DIGITS)}"))
    return found
