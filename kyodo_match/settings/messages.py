"""The words of settings."""

from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.settings import errors
from kyodo_match.settings.rules import Nearness


@explain.register
def _never_open(_error: errors.NeverOpen) -> str:
    return _("開庁する曜日を1つ以上選んでください。")


@explain.register
def _closes_before_it_opens(_error: errors.ClosesBeforeItOpens) -> str:
    return _("閉庁の時刻は、開庁の時刻より後にしてください。")


@explain.register
def _district_twice(error: errors.DistrictTwice) -> str:
    return _("地区「%(name)s」が2回あります。1つにしてください。", name=error.name)


@explain.register
def _near_twice(error: errors.NearTwice) -> str:
    return _(
        "「%(one)s」と「%(other)s」の近さは、ちがう地区どうしで、1行だけにしてください。",
        one=error.one,
        other=error.other,
    )


@explain.register
def _near_unknown(error: errors.NearUnknown) -> str:
    return _(
        "地区「%(name)s」が上の一覧にありません。近い地区の行を空にするか、一覧に加えてください。",
        name=error.name,
    )


# 地区どうしの近さ.
NEARNESS = {
    Nearness.NEIGHBOUR: lazy("となり合っている"),
    Nearness.WITHIN_2_KM: lazy("2km以内"),
    Nearness.WITHIN_5_KM: lazy("5km以内"),
}
