"""The base of every form: fields that clean what was typed, and errors of the whole form."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from wtforms import EmailField as _EmailField
from wtforms import Field, FieldList, StringField, TelField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation
from wtforms.validators import Optional as _Optional
from wtforms.widgets import DateInput, DateTimeLocalInput

from kyodo_match.core import csv, text
from kyodo_match.core.clock import TOKYO, from_tokyo
from kyodo_match.core.i18n import _


class _Token(_FlaskFormCSRF):
    """The proof that a form is ours; its refusal tells a person what to do.

    Templates write it as `csrf()` does: what arrives need not have the next one ready.
    """

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        return ""

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(
                _(
                    "時間がたったため、もう一度ボタンを押してください。入力したものは残っています。"
                    "何度も表示されるときは、ブラウザーのCookieを使えるようにしてください。"
                )
            ) from None


class Form(FlaskForm):
    """What every form shares: `refuse` puts a service's refusal above what was typed."""

    class Meta(FlaskForm.Meta):
        csrf_class = _Token

    def refuse(self, message: str, field: Field | None = None) -> None:
        """Show a refusal: beside the field that it is about, else as one of the whole form."""
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """What a select or a group of boxes offers: pairs of value and label."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


class Required(InputRequired):
    """Something must be there after cleaning; the message says what to do."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors:
            raise StopValidation  # something was typed, and what is wrong with it has been said
        if field.data is None or field.data in ("", False, [], ()):
            field.errors = []
            raise StopValidation(self.message or _("入力してください。"))


class Optional(_Optional):
    """Blank is fine and ends the validation of the field."""


class Rows(FieldList):
    """`name-N-…`: rows by their number; what is no number of a row is none.

    WTForms reads `²` as a digit and fails at it, as at a number of five thousand digits.
    """

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            row = re.match(rf"{prefix}-([0-9]{{1,4}})(?:-|$)", name)
            if row:
                yield int(row[1])


class CleanField(StringField):
    """One line of text, without control characters and double spaces."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            self.data = text.one_line(valuelist[0])


class CleanArea(TextAreaField):
    """Several lines of text, without control characters."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            self.data = text.clean(valuelist[0])


class KanaField(CleanField):
    """ふりがな: katakana and half-width kana are taken and stored as hiragana."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            self.data = text.kana(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        if self.data and not text.is_kana(self.data):
            raise ValidationError(_("ふりがなは、ひらがなで入力してください。"))


class PhoneField(TelField):
    """A Japanese telephone number, full-width or not, with or without hyphens."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            typed = text.one_line(valuelist[0])
            self.data = text.phone(typed) or typed

    def pre_validate(self, form: Any) -> None:
        if self.data and text.phone(self.data) is None:
            raise ValidationError(
                _("電話番号は、市外局番から入力してください。例：0297-58-2111、090-1234-5678")
            )


class EmailField(_EmailField):
    """A mail address that mail can be sent to; NFKC first, since full-width ａ＠ is common."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            self.data = text.email(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        local = self.data.partition("@")[0]
        if ".." in local or local.startswith(".") or local.endswith("."):
            raise ValidationError(
                _(
                    "このメールアドレスには送れないことがあります（「.」が続く、または先頭や末尾に"
                    "あります）。別のアドレスを入力するか、空欄にして電話番号を入力してください。"
                )
            )
        try:
            validate_email(
                self.data, check_deliverability=False, allow_smtputf8=False, test_environment=True
            )
        except EmailNotValidError:
            raise ValidationError(
                _("メールアドレスを確かめてください。例：hanako@example.jp")
            ) from None


class DayField(Field):
    """A day (`<input type=date>`); 全角 digits and slashes are taken as well."""

    widget = DateInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        typed = unicodedata.normalize("NFKC", text.one_line(valuelist[0])) if valuelist else ""
        if not typed:
            return
        try:
            self.data = csv.iso_date(typed)
        except csv.BadCell:
            raise ValueError(_("日付は2026-04-01のように入力してください。")) from None


class MomentField(Field):
    """A date and time on the wall clock of Japan, held in UTC (`<input type=datetime-local>`)."""

    widget = DateTimeLocalInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        raw = text.one_line(valuelist[0]) if valuelist else ""
        if not raw:
            return
        try:
            self.data = from_tokyo(datetime.fromisoformat(raw))
        except ValueError:
            raise ValueError(
                _(
                    "%(name)sは、2027-05-09T09:30のように入力してください。",
                    name=self.label.text,
                )
            ) from None
