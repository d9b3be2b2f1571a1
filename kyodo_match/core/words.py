"""The words for what the database is asked for first: its version, and how often it is tried."""

from kyodo_match.core import dates
from kyodo_match.core.i18n import _
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.core.schema import NotMigrated


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
