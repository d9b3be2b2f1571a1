"""The fields of what a group writes, and refusals beside the fields that they are about."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.opportunities import messages
from kyodo_match.opportunities.errors import Incomplete, PlaceCountedOn, SlotFaulty
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.web.forms import CleanArea, CleanField, Form

E = TypeVar("E", bound=StrEnum)
LINE, PARAGRAPH, PAGE = 200, 1000, 4000
_MOST = 100_000


class NeededToHandIn:
    """Marks a field as required without checking it: a draft may be saved with it blank."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the class

    def __call__(self, _form: Any, _field: Any) -> None:
        return


class NumberField(IntegerField):
    """A whole number, in half- or full-width digits."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        raw = unicodedata.normalize("NFKC", valuelist[0] if valuelist else "").strip()
        if not raw:
            return
        if not raw.isdigit() or not raw.isascii() or int(raw[:10]) > _MOST:
            raise ValueError(_("数字で入力してください。例：10"))
        self.data = int(raw)


class YesNo(RadioField):
    """はい or いいえ, or not answered yet."""

    def __init__(
        self,
        label: Any,
        *,
        yes: Any = None,
        no: Any = None,
        **kwargs: Any,
    ) -> None:
        choices = [
            SelectChoice(value="1", label=yes or lazy("歓迎する")),
            SelectChoice(value="0", label=no or lazy("相談してほしい")),
        ]
        super().__init__(label, choices=choices, validate_choice=False, **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = None if value is None else "1" if value in (True, "1") else "0"

    @property
    def answer(self) -> bool | None:
        return {"1": True, "0": False}.get(str(self.data))


def line(label: Any, *, needed: bool = False, longest: int = LINE, hint: Any = "") -> CleanField:
    """One line of text; `needed` before it is handed in."""
    checks = [NeededToHandIn()] if needed else []
    return CleanField(label, description=hint, validators=[*checks, at_most(longest)])


def area(
    label: Any, *, needed: bool = False, longest: int = PARAGRAPH, hint: Any = ""
) -> CleanArea:
    """Several lines of text; `needed` before they are handed in."""
    checks = [NeededToHandIn()] if needed else []
    return CleanArea(label, description=hint, validators=[*checks, at_most(longest)])


def at_most(longest: int) -> Length:
    """No more letters than that."""
    return Length(max=longest, message=lazy("%(max)d文字以内で入力してください。"))


def choices_of(members: Iterable[E], label: Callable[[E], str]) -> list[SelectChoice]:
    """What a select or a group of boxes offers of an enum."""
    return [SelectChoice(value=member.value, label=label(member)) for member in members]


class Blaming(Form):
    """Puts what a service refuses beside the fields that it is about."""

    def blame(self, refusal: DomainError) -> None:
        """Show a refusal: beside its fields where it names some, else at the top."""
        if isinstance(refusal, Incomplete):
            self._beside({name: messages.missing_text(name) for name in refusal.fields})
        elif isinstance(refusal, SlotFaulty):
            self._beside({name: messages.fault_text(name) for name in refusal.faults})
        elif isinstance(refusal, PlaceCountedOn):
            self._beside({"place": explain(refusal)})
        else:
            self.refuse(explain(refusal))

    def _beside(self, words: dict[str, str]) -> None:
        for name, text in words.items():
            if name in self:
                self[name].errors = [*self[name].errors, text]
            else:
                self.refuse(text)


def leave_out(form: Form, names: Collection[str]) -> None:
    """Take fields out of a form, but not from one that was opened before and brings them.

    What somebody typed there is refused with a word by the service, not dropped in silence.
    """
    if not any(form[name].raw_data for name in names):
        for name in names:
            del form[name]


def catch_up_with(form: Form, stands: Opportunity | Slot, theirs: Collection[str]) -> None:
    """Take over what only somebody else has changed into fields that nobody typed in."""
    for name in theirs:
        if name in form:
            form[name].process_data(getattr(stands, name))
            form[name].raw_data = None
