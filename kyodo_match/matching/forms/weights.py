"""The form of 配点."""

from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import Length, NumberRange

from kyodo_match.core import text
from kyodo_match.core.i18n import lazy
from kyodo_match.matching.rules.recommending import WeightsSet
from kyodo_match.matching.rules.recommending.weights import BOOSTS, MOST_BOOST, POINTS, WHOLE
from kyodo_match.web.forms import CleanField, Form, Required

_LONGEST_NOTE = 200


def _points(label: Any, most: int = WHOLE) -> IntegerField:
    message = lazy("0から%(max)dまでの整数を入力してください。")
    return IntegerField(
        label, [Required(message % {"max": most}), NumberRange(0, most, message=message)]
    )


class WeightsForm(Form):
    """Every number of a set of points, and why it is changed."""

    version = HiddenField()
    place = _points(lazy("同じ地区・自宅やオンライン"))
    place_near = _points(lazy("となりの地区・2km以内"))
    place_far = _points(lazy("5km以内・車で行ける駐車場"))
    time = _points(lazy("空いている時間に全部入る"))
    time_part = _points(lazy("一部だけ入る（早退可）・日時を相談"))
    field = _points(lazy("関心のある分野"))
    skill = _points(lazy("得意なこと・前の活動と似ている"))
    beginners = _points(lazy("はじめての方を歓迎"))
    minimum_on = BooleanField(lazy("「あと○人で開催」を使う"))
    minimum = _points(lazy("「あと○人で開催」の点（7日以内で、人が足りない）"), MOST_BOOST)
    unfilled_on = BooleanField(lazy("「今年度まだ満席のない団体」を使う"))
    unfilled = _points(lazy("「今年度まだ満席のない団体」の点"), MOST_BOOST)
    boost_cap = _points(lazy("上乗せの合計の上限"), MOST_BOOST)
    note = CleanField(
        lazy("変えた理由"),
        [Length(max=_LONGEST_NOTE, message=lazy("%(max)d文字以内で入力してください。"))],
    )

    def weights(self) -> WeightsSet:
        """What was typed, on top of the version that the form began from."""
        version = text.number(str(self.version.data))  # a number where it is not from the page
        values = {name: getattr(self, name).data for name in (*POINTS, *BOOSTS)}
        return WeightsSet(version=version, **values)
