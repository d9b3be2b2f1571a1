"""The words for what core refuses: the rest of them, which needs the database."""

from kyodo_match.core import dates
from kyodo_match.core.i18n import _
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.core.schema import NotMigrated
from kyodo_match.core.xlsx import MOST_LINES, TooManyLines


@explain.register
def _too_often(error: TooOften) -> str:
    return _(
        "回数の上限に達しました。%(when)s以降に、もう一度お試しください。",
        when=dates.moment(error.until),
    )


@explain.register
def _not_migrated(error: NotMigrated) -> str:
    return _(
        "データベースの版（%(found)s）が、このソフトウェアの版（%(head)s）と違います。"
        "kyodo-match db upgrade を実行してください。",
        found=error.revision or _("空"),
        head=error.head,
    )


@explain.register
def _too_many_lines(_error: TooManyLines) -> str:
    return _(
        "Excelの表に入るのは%(n)s行までです。年度を選ぶか、CSVにしてください。",
        n=f"{MOST_LINES - 1:,}",
    )
