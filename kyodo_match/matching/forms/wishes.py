"""希望: choices as they stand in an address, and the form that keeps them."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms import Form as PlainForm

from kyodo_match.core import text
from kyodo_match.core.i18n import lazy
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.forms.pickers import free_time_choices
from kyodo_match.matching.rules.wishes import FREE_TIMES, MOST_PEOPLE, Frequency, WishChoices
from kyodo_match.opportunities.rules import OpportunityKind, Skill
from kyodo_match.signups.forms.fields import LONGEST_MAIL, at_most, choices_of
from kyodo_match.signups.rules import AgeGroup, Residency
from kyodo_match.web.forms import EmailField, Form, Required

T = TypeVar("T", AgeGroup, Residency)
# A new text of the purpose on the page is a new version: templates/matching/_wish_privacy.html.
WISH_PRIVACY_VERSION = "wish-2026-11-22"
_YES = "1"


def read_choices(args: MultiDict[str, str], *, districts: Collection[str]) -> WishChoices:
    """What an address or a form says; what nobody could have chosen is left out."""
    district = text.one_line(args.get("district", ""))
    return WishChoices(
        district=district if district in districts else "",
        drives=args.get("drives") == _YES,
        remote_ok=args.get("remote_ok") == _YES,
        times=_among(args.getlist("times"), FREE_TIMES),
        fields=_among(args.getlist("fields"), tuple(PlainField)),
        kinds=_among(args.getlist("kinds"), tuple(OpportunityKind)),
        skills=_among(args.getlist("skills"), tuple(Skill)),
        party_size=_party(args.get("party_size", "")),
        age_group=_one(args.get("age_group", ""), AgeGroup),
        residency=_one(args.get("residency", ""), Residency),
        beginner=args.get("beginner") == _YES,
        certificate=args.get("certificate") == _YES,
    )


def _among(typed: Sequence[str], offered: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(word) for word in offered if word in typed)


def _party(typed: str) -> int:
    return min(max(text.number(typed), 1), MOST_PEOPLE)


def _one(typed: str, offered: type[T]) -> T | None:
    return offered(typed) if typed in list(offered) else None


def pairs_of(choices: WishChoices) -> list[tuple[str, str]]:
    """The same choices as names and values: of an address, or of hidden fields."""
    pairs: list[tuple[str, str]] = []
    for name in WishChoices.__dataclass_fields__:
        value: Any = getattr(choices, name)
        if isinstance(value, tuple):
            pairs += [(name, word) for word in value]
        elif value is True:
            pairs.append((name, _YES))
        elif value and not (name == "party_size" and value == 1):
            pairs.append((name, str(value)))
    return pairs


def query_of(choices: WishChoices) -> str:
    """The address of a wish that is not kept: a browser may bookmark it."""
    return urlencode(pairs_of(choices))


def _frequencies() -> Any:
    labels = {
        Frequency.WEEKLY: lazy("週に1回、まとめて"),
        Frequency.DAILY: lazy("新しい日程があった日に（1日1回まで）"),
        Frequency.NONE: lazy("送らない（希望だけ保存する）"),
    }
    return choices_of(labels, labels.__getitem__)


class TimesForm(PlainForm):
    """The grid of free times, as the page draws it: `read_choices` reads it."""

    times = SelectMultipleField(lazy("空いている時間"), choices=free_time_choices)


class FrequencyForm(Form):
    """How often to write about new days."""

    frequency = RadioField(lazy("新しい日程のお知らせ"), choices=_frequencies())


class KeepWishForm(FrequencyForm):
    """Where the link goes, how often to write, and that the purpose was read."""

    email = EmailField(
        lazy("メールアドレス"),
        [Required(lazy("メールアドレスを入力してください。")), at_most(LONGEST_MAIL)],
    )
    privacy_consent = BooleanField(
        lazy("利用目的を確認しました"),
        [Required(lazy("利用目的をお読みになり、「利用目的を確認しました」を選んでください。"))],
    )


class WishLinkForm(Form):
    """The link to a kept wish once more."""

    email = EmailField(
        lazy("保存したときのメールアドレス"),
        [Required(lazy("メールアドレスを入力してください。")), at_most(LONGEST_MAIL)],
    )
