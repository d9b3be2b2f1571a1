"""Fields and lengths that these forms share."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from wtforms import (
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.signups.errors import NotOfAge
from kyodo_match.signups.rules import AgeGroup, Companion, check_ages, suggested_address
from kyodo_match.web.forms import CleanField, Form, KanaField, Required

_FOREIGN_BYTES = re.compile(r"%[89A-F][0-9A-F]|\ufffd")


LONGEST_NAME = 100


LONGEST_MAIL = 254


LONGEST_NOTE = 1000


LONGEST_REASON = 200


def choices_of(members: Iterable[StrEnum], label: Any, *first: SelectChoice) -> Any:
    """What a field offers; made when it is drawn, for most forms that arrive are never drawn."""

    def offered() -> list[SelectChoice]:
        return [
            *first,
            *(SelectChoice(value=member.value, label=label(member)) for member in members),
        ]

    return offered


PLEASE_CHOOSE = SelectChoice(value="", label=lazy("選んでください"))


def yes_or_no(yes: Any, no: Any) -> Any:
    return lambda: [
        SelectChoice(value="1", label=str(yes)),
        SelectChoice(value="0", label=str(no)),
    ]


def at_most(longest: int) -> Length:
    return Length(max=longest, message=lazy("%(max)d文字までで入力してください。"))


def age_errors(age_group: str, min_age: int | None, max_age: int | None) -> list[str]:
    """Why somebody of an age group cannot take part, in words; nothing where they can."""
    try:
        check_ages([AgeGroup(age_group)], min_age=min_age, max_age=max_age)
    except NotOfAge as refusal:
        return [explain(refusal)]
    return []


def take_suggestion(field: Any, chosen: str) -> bool:
    """Whether the question about a mail address was answered, by one of its two buttons.

    Each sends the whole address: the one that was probably meant, or the one that was typed.
    """
    if chosen and chosen in {field.data, suggested_address(field.data or "")}:
        field.data = chosen
        return True
    return False


def readable(_form: Any, field: Any) -> None:
    """Refuse text that arrived in another encoding: nobody could read the name out.

    Werkzeug leaves such bytes as they were quoted.
    """
    if field.data and len(_FOREIGN_BYTES.findall(field.data)) > 1:
        raise ValidationError(_("文字が正しく届きませんでした。もう一度入力してください。"))


class NamedForm(Form):
    """お名前とふりがな: what every form that is about one person begins with."""

    name = CleanField(
        lazy("お名前"),
        [Required(lazy("お名前を入力してください。")), at_most(LONGEST_NAME), readable],
    )
    kana = KanaField(
        lazy("ふりがな"),
        [Required(lazy("ふりがなを入力してください。")), at_most(LONGEST_NAME)],
    )


def companion_of(form: Any) -> Companion:
    """Whom the fields of a person name, in the form that is stored."""
    return Companion(
        name=form.name.data,
        kana=form.kana.data,
        age_group=AgeGroup(form.age_group.data),
        is_escort=bool(form.escort.data),
    )
