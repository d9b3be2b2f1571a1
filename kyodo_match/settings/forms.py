"""The form of settings."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import time
from typing import Any

from wtforms import Field, FormField, SelectField, SelectMultipleField, ValidationError
from wtforms import Form as PlainForm
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget, TimeInput

from kyodo_match.core import text
from kyodo_match.core.dates import WEEKDAYS
from kyodo_match.core.i18n import _, lazy
from kyodo_match.settings.messages import NEARNESS
from kyodo_match.settings.rules import NearDistricts, Nearness, Office, OfficeCalendar
from kyodo_match.web.forms import (
    CleanArea,
    CleanField,
    EmailField,
    Form,
    Optional,
    PhoneField,
    Required,
    Rows,
    choices,
)

_LONGEST_NAME = 50


class ClockField(Field):
    """A time of day, 8:30, with 全角 digits taken as well."""

    widget = TimeInput()
    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = unicodedata.normalize("NFKC", text.one_line(valuelist[0])) if valuelist else ""
        found = re.fullmatch(r"(\d{1,2}):(\d{2})(:00)?", typed, re.ASCII)
        try:
            self.data = time(int(found[1]), int(found[2])) if found else None
        except ValueError:
            self.data = None
        if typed and self.data is None:
            raise ValueError(_("時刻は8:30のように入力してください。"))


class NearForm(PlainForm):
    """One line of 近い地区: two districts and how near they are; blank is no line."""

    one = SelectField(lazy("地区"), validate_choice=False)
    other = SelectField(lazy("もう1つの地区"), validate_choice=False)
    nearness = SelectField(
        lazy("近さ"), choices=choices((one.value, text) for one, text in NEARNESS.items())
    )

    def offer(self, districts: Sequence[str]) -> None:
        """Let the districts be chosen, and what stands there though it is gone from the list."""
        for field in (self.one, self.other):
            names = dict.fromkeys([*districts, field.data or ""])
            field.choices = choices([("", lazy("選んでください")), *((n, n) for n in names if n)])

    def validate_other(self, field: SelectField) -> None:
        """Both, or neither."""
        if bool(field.data) != bool(self.one.data):
            raise ValidationError(_("近い地区は、2つとも選んでください。"))


_BLANK_LINES = 3


class SettingsForm(Form):
    """The office that citizens phone, and the districts they live in."""

    name = CleanField(
        lazy("担当課の名前"),
        [
            Required(lazy("担当課の名前を入力してください。")),
            Length(max=_LONGEST_NAME, message=lazy("%(max)d文字以内で入力してください。")),
        ],
    )
    phone = PhoneField(lazy("電話番号"), [Optional()])
    email = EmailField(lazy("メールアドレス"), [Optional()])
    weekdays = SelectMultipleField(
        lazy("開庁する曜日"),
        [Required(lazy("開庁する曜日を1つ以上選んでください。"))],
        choices=choices((str(number), name) for number, name in enumerate(WEEKDAYS)),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    opens = ClockField(lazy("開庁の時刻"), [Required(lazy("開庁の時刻を入力してください。"))])
    closes = ClockField(lazy("閉庁の時刻"), [Required(lazy("閉庁の時刻を入力してください。"))])
    districts = CleanArea(lazy("地区"))
    near = Rows(FormField(NearForm), max_entries=300)

    def validate_districts(self, field: CleanArea) -> None:
        """Names that fit into a list; a comma would split them in files."""
        for name in self.district_names():
            if len(name) > _LONGEST_NAME or re.search(r"[,;]", name):
                raise ValidationError(
                    _("地区の名前は50文字以内で、「,」と「;」を使わずに入力してください。")
                )

    def district_names(self) -> tuple[str, ...]:
        """One a line; blank lines do not matter."""
        lines = (text.one_line(line) for line in (self.districts.data or "").split("\n"))
        return tuple(line for line in lines if line)

    def near_districts(self) -> tuple[NearDistricts, ...]:
        """The lines that were filled in."""
        return tuple(
            NearDistricts(line.one.data, line.other.data, Nearness(line.nearness.data))
            for line in self.near
            if line.one.data
        )

    def show_near(self, districts: Sequence[str]) -> None:
        """What may be chosen in each line, with a few blank ones at the end."""
        blank = sum(1 for line in self.near if not line.one.data)
        for _number in range(_BLANK_LINES - blank if len(districts) > 1 else 0):
            self.near.append_entry()
        for line in self.near:
            line.form.offer(districts)

    def office(self) -> Office:
        """What was typed."""
        return Office(
            name=self.name.data,
            phone=self.phone.data or "",
            email=self.email.data or "",
            calendar=OfficeCalendar(
                weekdays=frozenset(int(day) for day in self.weekdays.data),
                opens=self.opens.data,
                closes=self.closes.data,
            ),
        )
