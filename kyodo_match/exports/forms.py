"""The form of an export: what, which year, and what for."""

from collections.abc import Sequence

from wtforms import RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import Length

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.i18n import _, lazy
from kyodo_match.exports.messages.titles import kind_label
from kyodo_match.exports.rules import ExportKind, Scope
from kyodo_match.web.forms import CleanField, Form, Required

_LONGEST_PURPOSE = 200


class ExportForm(Form):
    """A purpose is asked each time, and stands in the record."""

    kind = RadioField(
        lazy("出力するもの"),
        [Required(lazy("出力するものを選んでください。"))],
        validate_choice=False,
    )
    fiscal_year = SelectField(lazy("年度"), validate_choice=False)
    purpose = CleanField(
        lazy("利用目的"),
        [
            Required(lazy("利用目的を入力してください。")),
            Length(
                max=_LONGEST_PURPOSE, message=lazy("利用目的は200文字以内で入力してください。")
            ),
        ],
        description=lazy("例：令和8年度の事業報告書を作るため。操作の記録に残ります。"),
    )

    def offer(self, kinds: Sequence[ExportKind], years: Sequence[FiscalYear]) -> None:
        """Fill the choices: what this person may take, and the years there are."""
        self.kind.choices = [SelectChoice(value=kind, label=kind_label(kind)) for kind in kinds]
        self.fiscal_year.choices = [
            SelectChoice(value="", label=_("すべての年度")),
            *(SelectChoice(value=str(year.year), label=str(year)) for year in years),
        ]

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in set(ExportKind):
            raise ValidationError(_("出力するものを選んでください。"))

    def validate_fiscal_year(self, field: SelectField) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("年度を選んでください。"))

    @property
    def scope(self) -> Scope:
        """What was chosen, once the form is valid."""
        year = FiscalYear(int(self.fiscal_year.data)) if self.fiscal_year.data else None
        return Scope(ExportKind(self.kind.data), year)
