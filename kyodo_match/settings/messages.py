"""The words of settings."""

from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.settings import errors


@explain.register
def _never_open(_error: errors.NeverOpen) -> str:
    return _("開庁する曜日を1つ以上選んでください。")


@explain.register
def _closes_before_it_opens(_error: errors.ClosesBeforeItOpens) -> str:
    return _("閉庁の時刻は、開庁の時刻より後にしてください。")


@explain.register
def _district_twice(error: errors.DistrictTwice) -> str:
    return _("地区「%(name)s」が2回あります。1つにしてください。", name=error.name)
