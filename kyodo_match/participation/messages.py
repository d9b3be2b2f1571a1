"""The words of the reception."""

from kyodo_match.core import dates
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.participation.errors import (
    NamesClosed,
    NotOnTheList,
    SlotWasCancelled,
    TooEarly,
)
from kyodo_match.participation.rules import Attendance


@explain.register
def _too_early(error: TooEarly) -> str:
    return _("出欠は、%(when)sから記録できます。", when=dates.moment(error.opens_at))


@explain.register
def _cancelled(_error: SlotWasCancelled) -> str:
    return _("この日程は中止になったため、参加実績を記録できません。")


@explain.register
def _not_listed(_error: NotOnTheList) -> str:
    return _("この方の申込みは取り消されています。来られた場合は「当日参加」で追加してください。")


@explain.register
def _names_closed(_error: NamesClosed) -> str:
    return _("名簿を見られる期間が終わりました。訂正は担当課へお電話ください。")


def attendance_label(state: str) -> str:
    """出席・欠席・未記入."""
    return {
        Attendance.ATTENDED: _("出席"),
        Attendance.ABSENT: _("欠席"),
        Attendance.UNMARKED: _("未記入"),
    }[Attendance(state)]
