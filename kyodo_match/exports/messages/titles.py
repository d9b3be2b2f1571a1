"""What an export is called: on the form, as a sheet, as a file."""

from kyodo_match.core.i18n import _, lazy
from kyodo_match.exports.rules import ExportKind, FileFormat, Scope

_KINDS = {
    ExportKind.PARTICIPANTS: lazy("参加実績（日程ごとの人数。名前は入りません）"),
    ExportKind.SIGNUPS: lazy("申込み（参加者ごと。名前と連絡先が入ります）"),
    ExportKind.GROUPS: lazy("団体（登録簿。代表者の名前と連絡先が入ります）"),
    ExportKind.OPPORTUNITIES: lazy("募集（日程ごと。問合せ先の名前と電話番号が入ります）"),
    ExportKind.INDICATORS: lazy("評価指標（計画と年度ごとの数字）"),
    ExportKind.OPEN_DATA: lazy("オープンデータ（公開している催しの一覧）"),
}
_FILES = {
    ExportKind.PARTICIPANTS: lazy("参加実績"),
    ExportKind.SIGNUPS: lazy("申込み"),
    ExportKind.GROUPS: lazy("団体"),
    ExportKind.OPPORTUNITIES: lazy("募集"),
    ExportKind.INDICATORS: lazy("評価指標"),
    ExportKind.OPEN_DATA: lazy("イベント一覧"),
}
# What the fiscal year picks out, where it is not the day of a slot.
_YEARS = {
    ExportKind.GROUPS: lazy("その年度に登録されていた団体です。"),
    ExportKind.INDICATORS: lazy("その年度の末日（今年度は今日）現在の数字です。"),
}


def kind_label(kind: ExportKind) -> str:
    """出力の種類, as the form offers it."""
    return str(_KINDS[kind])


def file_label(kind: ExportKind) -> str:
    """What is taken out, in a word: 参加実績."""
    return str(_FILES[kind])


def year_hint(kind: ExportKind) -> str:
    """What a fiscal year picks out of this kind."""
    return str(_YEARS.get(kind, _("日程の日（日本時間）が入る年度です。")))


def year_label(scope: Scope) -> str:
    """令和8年度, or all of them."""
    return str(scope.fiscal_year) if scope.fiscal_year else _("すべての年度")


def title(scope: Scope) -> str:
    """What a table or a sheet is: 参加実績（令和8年度）."""
    return _("%(what)s（%(year)s）", what=file_label(scope.kind), year=year_label(scope))


def file_title(scope: Scope, form: FileFormat) -> str:
    """The file's name for people: 参加実績_令和8年度.csv."""
    year = str(scope.fiscal_year) if scope.fiscal_year else _("全年度")
    return f"{file_label(scope.kind)}_{year}.{form}"
