"""Forms of the reception: a mark, somebody who came unannounced, heads without names."""

import unicodedata
from collections.abc import Sequence
from secrets import token_hex

from wtforms import HiddenField, IntegerField, SelectChoice, SelectField, StringField

from kyodo_match.core.i18n import lazy as _
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.messages import age_group_label
from kyodo_match.signups.rules import AgeGroup
from kyodo_match.web.forms import CleanField, Form, KanaField, Optional, PhoneField, Required

_MOST_DIGITS = 4


def _nonce() -> str:
    return token_hex(16)


class MarkForm(Form):
    """出席・欠席・取消し for one participant; a button's value says which."""

    participant = StringField(validators=[Required()])
    attendance = SelectField(
        choices=[SelectChoice(state.value, state.value) for state in Attendance]
    )
    nonce = HiddenField(default=_nonce)


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
    nonce = HiddenField(default=_nonce)

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
