"""Finding: what of a text its index holds, and which activities are like one another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# A word of this length and more is found by its pairs of letters, a shorter one by its beginning.
_PAIR = 2


def grams(search_text: str) -> frozenset[str]:
    """The pairs of neighbouring letters in each line of a text, and each line's last letter.

    Whatever occurs in the text has all of its own pairs among them: 落ち葉 has 落ち and ち葉.
    Japanese has no spaces to cut words at. Source: docs/rules/finding.md.
    """
    return frozenset(
        line[start : start + _PAIR]
        for line in search_text.split("\n")
        for start in range(len(line))
    )


def grams_of_word(word: str) -> frozenset[str]:
    """What the index of a text must hold if the word occurs in it.

    A word of one letter gives that letter: some pair, or a line's end, begins with it.
    """
    if len(word) < _PAIR:
        return frozenset({word} - {""})
    return frozenset(word[start : start + _PAIR] for start in range(len(word) - 1))


@dataclass(frozen=True)
class Kinship:
    """What two activities have in common."""

    same_field: bool
    same_district: bool
    same_weekday: bool

    @property
    def points(self) -> int:
        """Field and district count 2, the day of the week 1. Source: docs/rules/finding.md."""
        return 2 * self.same_field + 2 * self.same_district + self.same_weekday


# What is offered instead starts within that time, has a free place, and has field or district.
SOON = timedelta(days=60)
MOST_ALIKE = 3


def kinship(
    fields: Iterable[str],
    district: str,
    weekdays: Iterable[int],
    *,
    other_fields: Iterable[str],
    other_district: str,
    other_day: date,
) -> Kinship:
    """Compare an activity with a day of another; a blank district is nobody's."""
    return Kinship(
        same_field=bool(set(fields) & set(other_fields)),
        same_district=bool(district) and district == other_district,
        same_weekday=other_day.weekday() in set(weekdays),
    )
