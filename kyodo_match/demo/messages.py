"""The words of the demo."""

from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.demo.errors import NotEmpty, NotInProduction


@explain.register
def _not_in_production(_error: NotInProduction) -> str:
    return _("デモデータは、本番（KYODO_ENV=production）では作れません。")


@explain.register
def _not_empty(_error: NotEmpty) -> str:
    return _(
        "デモデータは、空のデータベースにだけ作れます。"
        "別のデータフォルダー（KYODO_DATA_DIR）を使うか、データベースを作り直してください。"
    )
