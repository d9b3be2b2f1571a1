"""抽選会の画面の入力: what was drawn, and what is decided about a day below its minimum."""

from typing import Any

from wtforms import HiddenField, RadioField

from kyodo_match.core.i18n import lazy
from kyodo_match.matching.messages.draws import entropy_kind_label
from kyodo_match.matching.rules.ceremony import Entropy, EntropyKind, read_entropy
from kyodo_match.signups.forms import at_most, choices_of, readable
from kyodo_match.web.forms import CleanArea, CleanField, Form, Required


class CeremonyForm(Form):
    """くじの結果, as it is read aloud."""

    kind = RadioField(
        lazy("何で決めましたか"),
        choices=choices_of(EntropyKind, entropy_kind_label),
        validators=[Required(lazy("何で決めたかを選んでください。"))],
    )
    drawn = CleanArea(
        lazy("出た目・番号・結果"),
        [
            Required(lazy("出た目や番号を、出た順に入力してください。")),
            at_most(500),
            readable,
        ],
        description=lazy(
            "さいころは10回以上、出た順に（例：3 5 1 6 2 2 4 1 6 5）。"
            "玉やくじは6個以上、空白で区切って。公の抽選は、発表された結果のとおりに。"
        ),
    )
    source = CleanField(
        lazy("公表する説明"),
        [Required(lazy("何をどう引いたかを入力してください。")), at_most(200), readable],
        description=lazy("何を何回振ったか、どの抽選の結果か。だれでも読めます。"),
    )
    witnesses = CleanArea(
        lazy("立会人"),
        [at_most(500), readable],
        description=lazy("お名前は記録票だけに残り、公表しません。"),
    )
    confirmed = HiddenField()

    @property
    def entropy(self) -> Entropy:
        """The exact text. Raises EntropyUnreadable, EntropyTooShort."""
        return read_entropy(EntropyKind(self.kind.data), self.drawn.data or "")


class DecisionForm(Form):
    """開催判断: the reason is told to who is cancelled."""

    reason = CleanField(lazy("理由"), [at_most(200), readable])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.data = self.reason.data or ""
