"""What staff type about plans."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import Length

from kyodo_match.core.i18n import _, lazy
from kyodo_match.plans.messages import year_label
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Indicator,
    Known,
    Number,
    PlanDefinition,
)
from kyodo_match.web.forms import CleanArea, CleanField, DayField, Form, Required

_LONGEST_NUMBER = 15
_UP_TO_A_DAY = ""


class NumberField(CleanField):
    """A number not below zero; full-width digits and thousands' commas are taken."""

    number: Number | None = None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            self.data = unicodedata.normalize("NFKC", valuelist[0]).replace(",", "").strip()

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        whole, _point, decimals = self.data.partition(".")
        digits = whole + decimals
        if (
            not (digits.isascii() and digits.isdigit())
            or len(digits) > _LONGEST_NUMBER
            or not whole
        ):
            raise ValidationError(_("0以上の数を、半角の数字で入力してください。例：56"))
        self.number = float(self.data) if decimals else int(whole)


class FigureForm(Form):
    """実績値の入力: a whole fiscal year's value, or what was reached up to a day."""

    fiscal_year = SelectField(lazy("いつの値ですか"))
    as_of = DayField(lazy("いつまでの値ですか（日付）"))
    value = NumberField(lazy("実績値"), [Required(lazy("実績値を入力してください。"))])
    reason = CleanArea(
        lazy("根拠（調べた方法・資料名など）"),
        [
            Required(lazy("根拠を入力してください。あとで確かめるときに使います。")),
            Length(max=500, message=lazy("500文字以内で入力してください。")),
        ],
    )

    @classmethod
    def of(cls, plan: PlanDefinition, indicator: Indicator) -> "FigureForm":
        """The form for one indicator: its years, and whether it is a value in time only."""
        form = cls()
        years = range(plan.first_fiscal_year, plan.last_fiscal_year + 1)
        form.fiscal_year.choices = [
            (_UP_TO_A_DAY, _("日付で指定する")),
            *((str(year), year_label(year)) for year in years),
        ]
        if indicator.aggregation is Aggregation.LATEST:
            form.fiscal_year.choices[1:] = [
                (str(year), _("%(year)sの末日", year=year_label(year))) for year in years
            ]
        return form

    @property
    def entered(self) -> Known:
        """What was typed, as a result is: of a year, or up to a day."""
        year = int(self.fiscal_year.data) if self.fiscal_year.data else None
        return Known(value=self.value.number or 0, fiscal_year=year, as_of=self.as_of.data)

    def validate_as_of(self, field: DayField) -> None:
        """A day is needed where no year was chosen, and must not stand beside one."""
        if not self.fiscal_year.data and not field.data:
            raise ValidationError(_("日付を入力するか、上で年度を選んでください。"))
        if self.fiscal_year.data and field.data:
            raise ValidationError(_("年度を選んだときは、日付を空欄にしてください。"))


class RecordsFromForm(Form):
    """集計の開始日: one of the days at which a published result ends."""

    day = RadioField(
        lazy("記録を数え始める日"), [Required(lazy("記録を数え始める日を選んでください。"))]
    )
    reason = CleanArea(
        lazy("理由"),
        [
            Required(lazy("理由を入力してください。例：令和4年度の実績をすべて取り込んだため")),
            Length(max=500, message=lazy("500文字以内で入力してください。")),
        ],
    )
