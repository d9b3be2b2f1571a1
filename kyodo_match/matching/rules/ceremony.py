"""抽選会: what is drawn in public becomes one line of text; and how long the record stays."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from unicodedata import normalize

from kyodo_match.core import text
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.matching.errors.draws import (
    CeremonyRefused,
    ChanceTooSmall,
    EntropyTooShort,
    EntropyUnreadable,
)


class EntropyKind(StrEnum):
    """くじの種類: what is drawn in public."""

    DICE = "dice"
    BALLS = "balls"
    PUBLIC_DRAW = "public_draw"


# So many at least that nobody can try out beforehand which throw suits them: 10 dice have 60
# million outcomes. A public draw was named in advance, so it is no-one's choice anyway.
LEAST = {EntropyKind.DICE: 10, EntropyKind.BALLS: 6, EntropyKind.PUBLIC_DRAW: 3}


@dataclass(frozen=True)
class Entropy:
    """The exact text that decides, and how many things were drawn for it."""

    text: str
    drawn: int


def read_entropy(kind: EntropyKind, typed: str) -> Entropy:
    """The text that is read aloud and enters the seed, from what the clerk has typed.

    Dice and balls are written as numbers with hyphens, `3-5-1-6`; the result of a public draw as
    it stands, on one line. Raises EntropyUnreadable, EntropyTooShort.
    Source: docs/rules/draw-ceremony.md.
    """
    line = as_recorded(typed)
    if kind is EntropyKind.PUBLIC_DRAW:
        return _long_enough(kind, Entropy(line, len(line)))
    shown = _BETWEEN.sub(" ", line.translate(_HALF)).strip()
    if kind is EntropyKind.DICE:
        throws = list(shown.replace(" ", ""))
        if not set(throws) <= set("123456"):
            raise EntropyUnreadable(kind)
    else:
        throws = shown.split()
        if not all(re.fullmatch(r"[0-9]{1,3}", one) for one in throws):
            raise EntropyUnreadable(kind)
        throws = [str(int(one)) for one in throws]
    return _long_enough(kind, Entropy("-".join(throws), len(throws)))


def check_chance(typed: str) -> None:
    """Refuse a text with too little chance in it, where nobody has said what was drawn.

    Numbers alone are throws or balls, and are enough where they are enough of either; any other
    text says which public draw it is the result of. Raises ChanceTooSmall, EntropyTooShort.
    Source: docs/rules/draw-ceremony.md.
    """
    if not _ONLY_NUMBERS.fullmatch(as_recorded(typed)):
        read_entropy(EntropyKind.PUBLIC_DRAW, typed)
    elif not any(_is_enough(kind, typed) for kind in (EntropyKind.DICE, EntropyKind.BALLS)):
        raise ChanceTooSmall(dice=LEAST[EntropyKind.DICE], balls=LEAST[EntropyKind.BALLS])


def _is_enough(kind: EntropyKind, typed: str) -> bool:
    try:
        read_entropy(kind, typed)
    except CeremonyRefused:
        return False
    return True


def as_recorded(typed: str) -> str:
    """What was drawn, and how, as the record keeps it: one line, NFC, nothing that hides.

    It is brought into this form once. From here on the text is published and hashed as it is,
    so that nobody who checks has to normalise anything.
    """
    visible = "".join(one for one in typed if not "\x80" <= one <= "\x9f")
    return normalize("NFC", text.one_line(visible))


_HALF = str.maketrans("０１２３４５６７８９", "0123456789")
_BETWEEN = re.compile(r"[\s,、，・\-－ー‐]+")
_ONLY_NUMBERS = re.compile(rf"(?:[0-9０-９]|{_BETWEEN.pattern})*")


def _long_enough(kind: EntropyKind, entropy: Entropy) -> Entropy:
    if entropy.drawn < LEAST[kind]:
        raise EntropyTooShort(kind, LEAST[kind])
    return entropy


# How many whole fiscal years after that of its publication a record of a draw stays public.
RECORD_STAYS_YEARS = 1


def record_until(published_at: datetime) -> date:
    """The last day on which the record of a draw is public: the end of the next fiscal year.

    Source: docs/rules/draw-ceremony.md.
    """
    year = FiscalYear.of(tokyo_date(published_at)).year + RECORD_STAYS_YEARS
    return FiscalYear(year).last_day


def is_record_public(published_at: datetime | None, *, now: datetime) -> bool:
    """Whether the record is still to be shown; one that is not published yet is."""
    return published_at is None or tokyo_date(now) <= record_until(published_at)
