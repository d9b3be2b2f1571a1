"""Forms of the reception: a mark, somebody who came unannounced, heads without names."""

import unicodedata
from collections.abc import Sequence
from secrets import token_hex
from types import MappingProxyType
from typing import Any

from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import Length

from kyodo_match.core.i18n import lazy as _
from kyodo_match.participation.messages import attendance_label
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.messages import age_group_label
from kyodo_match.signups.rules import AgeGroup
from kyodo_match.web.forms import (
    CleanField,
    Form,
    KanaField,
    Optional,
    PhoneField,
    Required,
    choices,
)

_MOST_DIGITS = 4
_LONGEST_REASON = 200
_LONGEST_NONCE = 64
_AS_SAID = (Attendance.ATTENDED, Attendance.ABSENT, Attendance.UNMARKED)


class ReasonField(CleanField):
    """訂正の理由: asked where something recorded is changed later than the day after."""

    def __init__(self, label: str | None = None, **options: Any) -> None:
        super().__init__(
            label or _("訂正の理由"),
            [
                Optional(),
                Length(max=_LONGEST_REASON, message=_("理由は200文字までで入力してください。")),
            ],
            description=_(
                "例：名簿の付け間違い。来た方や来なかった方のお名前は書かないでください。"
            ),
            **options,
        )


class NonceField(HiddenField):
    """What makes the same press, sent twice, count once: letters and digits of a page of ours."""

    def __init__(self, label: str | None = None, **options: Any) -> None:
        super().__init__(label, default=lambda: token_hex(16), **options)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        sent = valuelist[0] if valuelist else ""
        self.data = sent if sent.isalnum() and len(sent) <= _LONGEST_NONCE else token_hex(16)


class MarkForm(Form):
    """出席・欠席・取消し for one participant; a button's value says which."""

    participant = StringField(validators=[Required()])
    attendance = SelectField(
        choices=[SelectChoice(state.value, state.value) for state in Attendance]
    )
    nonce = NonceField()
    reason = ReasonField()


class CorrectionForm(Form):
    """訂正: what is right of one participant, and why it is changed."""

    attendance = RadioField(
        _("正しい記録"), [Required(_("正しい記録を選んでください。"))], choices=()
    )
    reason = ReasonField()
    nonce = NonceField()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.attendance.choices = choices(
            (state.value, attendance_label(state)) for state in _AS_SAID
        )


class OpenNamesForm(Form):
    """名簿を開く: why a group opens a list whose names are closed."""

    reason = ReasonField(_("名簿を開く理由"))


class TapForm(Form):
    """1人増やす・1人減らす: one tap at the door; a button's value says which."""

    STEPS = MappingProxyType(
        {
            "adult": (1, 0),
            "child": (0, 1),
            "adult-less": (-1, 0),
            "child-less": (0, -1),
        }
    )

    tap = SelectField(choices=[SelectChoice(step, step) for step in STEPS])
    nonce = NonceField()

    @property
    def step(self) -> tuple[int, int]:
        """Adults and children more, or fewer."""
        return self.STEPS[self.tap.data]


class WalkInForm(Form):
    """当日参加: name, ふりがな and age group are enough."""

    name = CleanField(_("お名前"), [Required(_("お名前を入力してください。"))])
    kana = KanaField(_("ふりがな"), [Required(_("ふりがなを入力してください。"))])
    age_group = SelectField(
        _("年代"), [Required(_("年代を選んでください。"))], default=AgeGroup.FROM_65.value
    )
    phone = PhoneField(
        _("電話番号（任意）"),
        [Optional()],
        description=_("同じ方がまた来られたときに、1人として数えるために使います。"),
    )
    nonce = NonceField()

    def __init__(self) -> None:
        super().__init__(prefix="walkin")
        self.age_group.choices = [
            SelectChoice(group.value, age_group_label(group)) for group in AgeGroup
        ]


class _HeadsField(IntegerField):
    """How many people, in half- or full-width digits: none to 9999."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if not valuelist:
            return
        raw = unicodedata.normalize("NFKC", valuelist[0]).strip()
        if not (raw.isascii() and raw.isdigit()) or len(raw) > _MOST_DIGITS:
            raise ValueError(_("0以上の数字で入力してください。"))
        self.data = int(raw)


class HeadsForm(Form):
    """人数のみ: people whose names were not taken."""

    adults = _HeadsField(_("大人（人）"), default=0)
    children = _HeadsField(_("こども（人）"), default=0)
    reason = ReasonField()
