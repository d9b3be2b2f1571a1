"""Forms of an import, and the words for what becomes of its lines."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from kyodo_match.core import xlsx
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.i18n import _, lazy
from kyodo_match.opportunities.messages import kind_label
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation.rules.cells import Doubt, plain
from kyodo_match.participation.rules.drafts import Draft
from kyodo_match.participation.rules.lines import Line, Reason
from kyodo_match.participation.rules.tables import Column, Sheet, header_names
from kyodo_match.web.forms import CleanField, Form, Required

_OLDEST_YEAR = 1998  # the year of the NPO law: results of 市民活動 do not begin earlier
_MOST_HEADER_ROWS = 40
_EXAMPLE = 16
_SAMPLE_LINES = 5
_LONGEST_REASON = 200
_NONE = ""


def _kinds() -> list[SelectChoice]:
    return [SelectChoice(value=kind.value, label=kind_label(kind)) for kind in OpportunityKind]


class UploadForm(Form):
    """ファイルを選ぶ: a list of results, and of which kind they are."""

    file = FileField(
        lazy("ファイル（.xlsx または .csv）"),
        [FileRequired(lazy("ファイルを選んでください。"))],
        description=lazy(
            "表題の行、結合したセル、和暦の日付、合計の行があっても、そのままで読めます。"
        ),
    )
    kind = RadioField(
        lazy("何の実績ですか"),
        [Required(lazy("実績の種類を選んでください。"))],
        choices=_kinds,
        default=OpportunityKind.EXPERIENCE.value,
        validate_choice=False,
    )

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in set(OpportunityKind):
            raise ValidationError(_("実績の種類を選んでください。"))


class ColumnsForm(Form):
    """列の割り当て: which column of the file says what, in which year, from which row on."""

    sheet = SelectField(lazy("シート"), validate_choice=False)
    kind = SelectField(lazy("何の実績ですか"), choices=_kinds, validate_choice=False)
    fiscal_year = SelectField(lazy("年度"), validate_choice=False)
    header_rows = SelectField(lazy("見出しの最後の行"), validate_choice=False)
    date = SelectField(lazy("日付の列"), validate_choice=False)
    opportunity = SelectField(lazy("事業・活動の名前の列"), validate_choice=False)
    group = SelectField(lazy("団体の列"), validate_choice=False)
    visits = SelectField(lazy("参加した人数（延べ）の列"), validate_choice=False)
    adults = SelectField(lazy("大人の人数の列"), validate_choice=False)
    children = SelectField(lazy("子どもの人数の列"), validate_choice=False)
    people = SelectField(lazy("実人数の列"), validate_choice=False)
    note = SelectField(lazy("備考の列"), validate_choice=False)

    @classmethod
    def of(cls, draft: Draft, this_year: FiscalYear) -> "ColumnsForm":
        """The form with what a file offers, and what is chosen now unless something was sent."""
        form = cls()
        sheet = draft.sheet
        form.sheet.choices = [
            SelectChoice(value=str(index), label=each.name or _("（1枚だけ）"))
            for index, each in enumerate(draft.sheets)
        ]
        form.fiscal_year.choices = [
            SelectChoice(value=_NONE, label=_("日付に年が書いてある")),
            *(
                SelectChoice(value=str(year), label=str(FiscalYear(year)))
                for year in range(this_year.year, _OLDEST_YEAR - 1, -1)
            ),
        ]
        rows = range(min(len(sheet.rows), _MOST_HEADER_ROWS) + 1)
        form.header_rows.choices = [
            SelectChoice(value=str(row), label=_row_label(sheet, row)) for row in rows
        ]
        columns = _column_choices(draft)
        for name in Column:
            form[name.value].choices = columns
        if not form.is_submitted():
            form._show(draft)
        return form

    def _show(self, draft: Draft) -> None:
        self.sheet.data, self.kind.data = str(draft.sheet_index), draft.kind
        self.fiscal_year.data = str(draft.fiscal_year or _NONE)
        self.header_rows.data = str(draft.layout.first_row)
        for name in Column:
            self[name.value].data = str(draft.layout.columns.get(name, _NONE))

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing but what is offered; a day and a number are needed to read lines."""
        valid = bool(super().validate(extra_validators))
        for field in (self.sheet, self.kind, self.fiscal_year, self.header_rows, *self._columns):
            offered = field.choices() if callable(field.choices) else field.choices
            if field.data not in {choice.value for choice in offered}:
                field.errors = [_("一覧から選んでください。")]
        if not self.date.data:
            self.date.errors = [_("日付の列を選んでください。")]
        if not (self.visits.data or self.adults.data or self.children.data):
            self.visits.errors = [_("人数の列を選んでください。")]
        chosen = [field for field in self._columns if field.data]
        for field in chosen:
            if any(other.data == field.data for other in chosen[: chosen.index(field)]):
                field.errors = [_("この列は、ほかの項目にも選ばれています。")]
        return valid and not self.errors

    @property
    def _columns(self) -> list[SelectField]:
        return [self[name.value] for name in Column]

    @property
    def columns(self) -> dict[Column, int]:
        """What was chosen, once the form is valid."""
        return {name: int(field.data) for name in Column if (field := self[name.value]).data}


class TakeBackForm(Form):
    """取込みの取消し: the whole batch, with a reason that stays on record."""

    reason = CleanField(
        lazy("取り消す理由"),
        [
            Required(lazy("取り消す理由を入力してください。")),
            Length(max=_LONGEST_REASON, message=lazy("理由は200文字以内で入力してください。")),
        ],
        description=lazy("例：別の年度のファイルだったため。操作の記録に残ります。"),
    )


def _row_label(sheet: Sheet, row: int) -> str:
    if row == 0:
        return _("見出しはない")
    said = [text for cell in sheet.rows[row - 1] if (text := plain(cell))]
    return _("%(n)s行目（%(said)s）", n=row, said="・".join(said)[:_EXAMPLE] or _("空"))


def _column_choices(draft: Draft) -> list[SelectChoice]:
    sheet, first_row = draft.sheet, draft.layout.first_row
    names = header_names(sheet, first_row)
    choices = [SelectChoice(value=_NONE, label=_("使わない"))]
    for index, name in enumerate(names):
        examples = (plain(sheet.at(row, index)) for row in range(first_row, len(sheet.rows)))
        example = next((text for text in examples if text), "")
        if name or example:
            label = _(
                "%(letter)s列：%(name)s（例：%(example)s）",
                letter=xlsx.letters(index),
                name=name or _("見出しなし"),
                example=example[:_EXAMPLE] or _("空"),
            )
            choices.append(SelectChoice(value=str(index), label=label))
    return choices


_COLUMNS = {
    Column.DATE: lazy("日付"),
    Column.OPPORTUNITY: lazy("事業・活動"),
    Column.GROUP: lazy("団体"),
    Column.VISITS: lazy("延べ人数"),
    Column.ADULTS: lazy("大人"),
    Column.CHILDREN: lazy("子ども"),
    Column.PEOPLE: lazy("実人数"),
    Column.NOTE: lazy("備考"),
}


def columns_text(draft: Draft) -> str:
    """Which column was taken for what: 日付＝B列、延べ人数＝E列."""
    return "、".join(
        _("%(what)s＝%(letter)s列", what=str(_COLUMNS[name]), letter=xlsx.letters(index))
        for name in Column
        if (index := draft.layout.columns.get(name)) is not None
    )


def column_letters(sheet: Sheet) -> list[str]:
    """A, B, C: how Excel calls the columns."""
    return [xlsx.letters(index) for index in range(sheet.width)]


def first_rows(draft: Draft) -> list[list[str]]:
    """The head of a sheet, as it stands there, with some lines below its header."""
    sheet, rows = draft.sheet, min(draft.layout.first_row, _MOST_HEADER_ROWS) + _SAMPLE_LINES
    return [
        [plain(sheet.at(row, index))[:_EXAMPLE] for index in range(sheet.width)]
        for row in range(min(rows, len(sheet.rows)))
    ]


_REASONS = {
    Reason.TOTAL: lazy("合計の行なので、数えません。"),
    Reason.HEADING: lazy("見出しの行です。"),
    Reason.NOT_HELD: lazy("中止や延期の行なので、数えません。"),
    Reason.NO_FIGURES: lazy("日付も人数もない行です。"),
    Reason.IN_LINE_ABOVE: lazy("人数のセルが上の行と結合されています。上の行で数えます。"),
    Reason.ALREADY_IMPORTED: lazy("同じ行が、すでに取り込まれています。"),
    Reason.NO_DAY: lazy("日付がありません。ファイルに日付を書いてください。"),
    Reason.DAY_UNREADABLE: lazy(
        "日付を読めません。「令和7年5月9日」「2025/5/9」のように直すか、"
        "「5/9」のときは年度を選んでください。"
    ),
    Reason.DAY_TO_COME: lazy("先の日付です。年度か日付を確かめてください。"),
    Reason.NO_COUNT: lazy(
        "人数がありません。中止なら「中止」と、いなかったなら「0」と書いてください。"
    ),
    Reason.COUNT_UNREADABLE: lazy("人数を読めません。「12」のように数字で書いてください。"),
    Reason.PEOPLE_UNREADABLE: lazy("実人数を読めません。「10」のように数字で書いてください。"),
    Reason.MORE_PEOPLE: lazy(
        "実人数が延べ人数より多くなっています。列の割り当ても確かめてください。"
    ),
}
_DOUBTS = {
    Doubt.SERIAL_DAY: lazy("Excelの日付の番号として読みました。"),
    Doubt.SEVERAL_DAYS: lazy("2日以上の日付です。はじめの日の、1回の実績として数えます。"),
    Doubt.WRONG_WEEKDAY: lazy("曜日が日付と合いません。"),
    Doubt.ERA_ASSUMED: lazy("元号がないため、令和として読みました。"),
    Doubt.OTHER_YEAR: lazy("選んだ年度の外の日付です。"),
    Doubt.DAY_CARRIED: lazy("日付が空なので、上の行と同じ日としました。"),
    Doubt.ABOUT: lazy("「約」や「程度」のある人数です。そのままの数で数えます。"),
    Doubt.PARTS_DIFFER: lazy("内訳を足した数と、合計の数が違います。合計の数で数えます。"),
    Doubt.LIKE_IMPORTED: lazy("前に取り込んだ同じ日の実績と、重なっているかもしれません。"),
    Doubt.LIKE_COUNTED: lazy("このシステムで数えた同じ日の実績と、重なっているかもしれません。"),
}


def reason_text(line: Line) -> str:
    """Why a line is not taken, and what to do where something is to be done."""
    return str(_REASONS[line.reason]) if line.reason else ""


def doubt_texts(line: Line) -> Sequence[str]:
    """What ought to be looked at on a line that can be taken."""
    return [
        _("%(line)s行目と同じ内容です。", line=line.like)
        if doubt is Doubt.TWICE_IN_FILE
        else str(_DOUBTS[doubt])
        for doubt in line.doubts
    ]
