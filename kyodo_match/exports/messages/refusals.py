"""What refusals of exports say."""

from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.exports.errors import BadEventMap, CannotWrite


@explain.register
def _cannot_write(error: CannotWrite) -> str:
    return _("%(file)s: 書き込めません（%(reason)s）", file=error.file, reason=error.reason)


@explain.register
def _bad_event_map(error: BadEventMap) -> str:
    return _(
        "イベント一覧の列の定義（event-list.toml）を直してください: %(part)s", part=error.part
    )
