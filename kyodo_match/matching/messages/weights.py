"""Words of 配点."""

from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.weights import WeightsChanged, WeightsRefused
from kyodo_match.matching.rules.recommending import WeightsFault

_F = WeightsFault
_FAULTS = {
    _F.NEARER_IS_LESS: lazy(
        "場所の点は、同じ地区・となりの地区・5km以内の順に、同じか少なくしてください。"
    ),
    _F.PART_IS_MORE: lazy("日時の一部だけ合うときの点は、全部合うときの点までにしてください。"),
    _F.OUT_OF_RANGE: lazy("点は0から100まで、上乗せの点は0から20までにしてください。"),
}


@explain.register
def _refused(error: WeightsRefused) -> str:
    not_100 = _(
        "場所・日時・分野・得意なこと・はじめての方の合計を100点にしてください。いまは%(n)s点です。",
        n=error.total,
    )
    faults = [WeightsFault(fault) for fault in error.faults]
    return "\n".join(not_100 if one is _F.NOT_100 else str(_FAULTS[one]) for one in faults)


@explain.register
def _changed(_error: WeightsChanged) -> str:
    return _(
        "ほかの職員が配点を保存しました。新しい配点を読み込んでから、もう一度変えてください。"
    )
