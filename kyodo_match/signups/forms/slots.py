"""What happens to a day, and staff who read a note."""

from typing import Any

from wtforms import (
    ValidationError,
)

from kyodo_match.core import text
from kyodo_match.core.i18n import _, lazy
from kyodo_match.signups.forms.fields import LONGEST_REASON, at_most, readable
from kyodo_match.web.forms import (
    CleanArea,
    CleanField,
    Form,
    Required,
)


class CancelSlotForm(Form):
    """中止: the reason stands in what everybody is told."""

    reason = CleanArea(
        lazy("中止の理由"),
        [Required(lazy("中止の理由を入力してください。")), at_most(LONGEST_REASON), readable],
        description=lazy(
            "申し込んだ方へのお知らせに、このまま載ります。個人の名前や病名は書かないでください。"
        ),
    )


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
