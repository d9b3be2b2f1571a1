"""What happens to a day, and staff who read a note."""

from typing import Any

from wtforms import HiddenField, ValidationError

from kyodo_match.core import clock, text
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.errors import SlotTooFar
from kyodo_match.opportunities.rules import check_year
from kyodo_match.signups.forms.fields import LONGEST_REASON, at_most, readable
from kyodo_match.web.forms import (
    CleanArea,
    CleanField,
    Form,
    MomentField,
    Required,
)

_LONGEST_PLACE = 200


class CancelSlotForm(Form):
    """中止: the reason stands on the pages, and staff say it on the phone; no mail has it."""

    reason = CleanArea(
        lazy("中止の理由"),
        [Required(lazy("中止の理由を入力してください。")), at_most(LONGEST_REASON), readable],
        description=lazy(
            "この日程のページと、申し込んだ方の確認ページに、このまま載ります。"
            "メールには載りません。個人の名前や病名は書かないでください。"
        ),
    )


def _reason() -> CleanArea:
    return CleanArea(
        lazy("変える理由"),
        [Required(lazy("変える理由を入力してください。")), at_most(LONGEST_REASON), readable],
        description=lazy(
            "変更の履歴に残り、電話で聞かれたときにお伝えします。メールには載りません。"
            "個人の名前や病名は書かないでください。"
        ),
    )


class ChangeDayForm(Form):
    """日時・場所の変更: of a day that people have signed up for."""

    starts_at = MomentField(
        lazy("新しい開始"), validators=[Required(lazy("開始の日時を入力してください。"))]
    )
    ends_at = MomentField(
        lazy("新しい終了"), validators=[Required(lazy("終了の日時を入力してください。"))]
    )
    place = CleanField(
        lazy("この日の場所"),
        [at_most(_LONGEST_PLACE)],
        description=lazy("空欄のときは、募集の場所と同じです。"),
    )
    reason = _reason()
    version = HiddenField()

    def only_place(self) -> None:
        """Of a standing need: it has no day, and its period is no promise to anybody."""
        del self.starts_at, self.ends_at
        self.place.label.text = lazy("新しい場所")

    def validate_starts_at(self, field: Any) -> None:
        """A day is moved to one that is still to come."""
        if field.data and field.data <= clock.now():
            raise ValidationError(_("開始は、これからの日時にしてください。"))

    def validate_ends_at(self, field: Any) -> None:
        """A day ends after it begins, and in a year that somebody plans for."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_("終了は、開始より後の日時にしてください。"))
        try:
            if field.data:
                check_year(field.data, now=clock.now())
        except SlotTooFar as refusal:
            raise ValidationError(explain(refusal)) from refusal


class ChangePlaceForm(Form):
    """場所の変更: of an opportunity with days that people have signed up for."""

    place = CleanField(
        lazy("新しい場所"),
        [Required(lazy("場所を入力してください。")), at_most(_LONGEST_PLACE)],
        description=lazy("建物や公園の名前。例：みらい平コミュニティセンター"),
    )
    address = CleanField(
        lazy("所在地"), [at_most(_LONGEST_PLACE)], description=lazy("地図で調べられる住所")
    )
    reason = _reason()


class WithdrawForm(Form):
    """取り下げ: for good; where people are told, they are told why."""

    reason = CleanArea(
        lazy("取り下げる理由"),
        [at_most(LONGEST_REASON), readable],
        description=lazy(
            "申し込んだ方の確認ページに、このまま載ります。個人の名前や病名は書かないでください。"
        ),
    )

    def need_reason(self) -> None:
        """People have signed up: they want to know."""
        why = Required(lazy("取り下げる理由を入力してください。"))
        self.reason.validators = [why, *self.reason.validators]
        self.reason.flags.required = True


class CapacityForm(Form):
    """定員の変更."""

    capacity = CleanField(lazy("新しい定員"), [Required(lazy("定員を入力してください。"))])

    def validate_capacity(self, field: Any) -> None:
        """A whole number of people or parties, full-width digits included."""
        if not (text.search_key(field.data).isdecimal() and 1 <= self.number <= 10_000):  # noqa: PLR2004 - a hall
            raise ValidationError(_("定員は、1から10000までの数字で入力してください。"))

    @property
    def number(self) -> int:
        return int(text.digits(self.capacity.data)[:6] or 0)


class NoteForm(Form):
    """連絡事項を見る: staff say why before they read it."""

    reason = CleanField(
        lazy("見る理由"),
        [Required(lazy("見る理由を入力してください。")), at_most(LONGEST_REASON)],
        description=lazy(
            "例：車いすの置き場所を団体と相談するため。だれが、いつ、なぜ見たかを記録します。"
        ),
    )
