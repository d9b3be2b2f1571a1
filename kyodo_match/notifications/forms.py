"""What staff fill in about mail that came back, and about calls."""

from wtforms import HiddenField, RadioField
from wtforms.validators import Length

from kyodo_match.core.i18n import lazy
from kyodo_match.notifications.messages import outcome_label
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.web.forms import CleanArea, CleanField, Form, Required

_OUTCOMES = (CallOutcome.REACHED, CallOutcome.UNREACHED, CallOutcome.NOT_NEEDED)


class BounceForm(Form):
    """戻ってきたメール: why, as it stands in what the mail server wrote."""

    reason = CleanField(
        lazy("戻ってきた理由"),
        [
            Required(lazy("戻ってきた理由を入力してください。例：宛先不明")),
            Length(max=200, message=lazy("理由は200文字以内で入力してください。")),
        ],
    )


class CallForm(Form):
    """電話の結果."""

    outcome = RadioField(
        lazy("結果"),
        [Required(lazy("電話の結果を選んでください。"))],
        choices=[],
        validate_choice=True,
    )
    note = CleanArea(
        lazy("メモ"), [Length(max=1000, message=lazy("メモは1,000文字以内で入力してください。"))]
    )
    seen = HiddenField()  # how many tries there were when the page was opened

    def __init__(self, *, tries: int) -> None:
        super().__init__(data={"seen": str(tries)})
        self.outcome.choices = [(outcome.value, outcome_label(outcome)) for outcome in _OUTCOMES]

    def tries_seen(self) -> int | None:
        """How many tries the person saw who phoned; None where the page did not say."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None  # noqa: PLR2004 - no list is that long
