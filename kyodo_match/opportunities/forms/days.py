"""The forms of several days: those of last year, every week, or a list."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any

from wtforms import Field, RadioField, SelectMultipleField, ValidationError, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TimeInput

from kyodo_match.core import text
from kyodo_match.core.clock import from_tokyo, tokyo, tokyo_date
from kyodo_match.core.dates import WEEKDAYS, day
from kyodo_match.core.i18n import _, lazy
from kyodo_match.opportunities.forms.fields import Blaming
from kyodo_match.opportunities.forms.slots import SlotForm
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import (
    MOST_DAYS,
    SlotPlan,
    every_week,
    read_days,
    same_weekday_next_year,
)
from kyodo_match.web.forms import CleanArea, CleanField, DayField, PhoneField, Required

_LONGEST_SPAN = 366
_LINE = 200
_LONGEST_LIST = 4000
WEEKLY, LISTED = "weekly", "list"
NEXT_YEAR, FIRST, NONE = "next_year", "first", "none"


class TimeOfDayField(Field):
    """A time on the wall clock (`<input type=time>`)."""

    widget = TimeInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H:%M") if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        raw = text.one_line(valuelist[0]) if valuelist else ""
        if not raw:
            return
        try:
            self.data = time.fromisoformat(raw).replace(tzinfo=None)
        except ValueError:
            raise ValueError(_("時刻を選んでください。例：09:30")) from None


class CopyForm(Blaming):
    """前の募集から作る: what has to be looked at again, and where the days go."""

    title = CleanField(
        lazy("募集の名前"),
        description=lazy("年度や回数が入っているときは、直してください。"),
        validators=[
            Required(lazy("募集の名前を入力してください。")),
            Length(max=100, message=lazy("%(max)d文字以内で入力してください。")),
        ],
    )
    moves = RadioField(lazy("日程"), default=NEXT_YEAR)
    first = DayField(
        lazy("最初の日"),
        description=lazy(
            "「最初の日を決める」を選んだときに入れます。ほかの日は間隔を保って動きます。"
        ),
    )
    contact_name = CleanField(
        lazy("問い合わせ先"),
        description=lazy(
            "前の募集の問い合わせ先です。今の担当の方に直してください。公開されます。"
        ),
        validators=[Length(max=_LINE, message=lazy("%(max)d文字以内で入力してください。"))],
    )
    contact_phone = PhoneField(
        lazy("問い合わせ先の電話番号"),
        description=lazy("今も使う番号か、確かめてください。公開されます。"),
    )

    def offer(self, earlier: Opportunity, *, today: date) -> None:
        """Say which days they would be; without days there is nothing to ask about them."""
        self._days = [tokyo_date(slot.starts_at) for slot in earlier.slots]
        self._today = today
        if not self._days:
            del self.moves, self.first
            return
        self._next = same_weekday_next_year(self._days[0], today=today)
        years = self._next.year - self._days[0].year
        self.moves.choices = [
            SelectChoice(
                value=NEXT_YEAR,
                label=_("%(n)s年後の同じ曜日（%(day)sから）", n=years, day=day(self._next)),
            ),
            SelectChoice(value=FIRST, label=_("最初の日を決める（ほかの日は間隔を保つ）")),
            SelectChoice(value=NONE, label=_("日程は写さない")),
        ]

    def days(self) -> list[tuple[date, date]]:
        """Each earlier day with the same weekday next year."""
        if not self._days:
            return []
        by = self._next - self._days[0]
        return [(earlier, earlier + by) for earlier in self._days]

    @property
    def first_day(self) -> date | None:
        if "moves" not in self or self.moves.data == NONE:
            return None
        return self.first.data if self.moves.data == FIRST else self._next

    def validate_first(self, field: Any) -> None:
        """Asked only by those who choose it; days are made for the future."""
        if self.moves.data != FIRST:
            return
        if field.data is None and not field.errors:
            raise ValidationError(_("最初の日を入力してください。"))
        if field.data is not None and field.data < self._today:
            raise ValidationError(_("最初の日は、今日より前にはできません。"))


class SeveralDaysForm(SlotForm):
    """日程をまとめて追加: every week or a list, all alike but for the date."""

    way = RadioField(
        lazy("日の決め方"),
        default=WEEKLY,
        choices=[
            SelectChoice(value=WEEKLY, label=lazy("毎週の曜日で決める")),
            SelectChoice(value=LISTED, label=lazy("日にちを書き並べる")),
        ],
    )
    weekdays = SelectMultipleField(lazy("曜日"), option_widget=widgets.CheckboxInput())
    first = DayField(lazy("いつから"))
    last = DayField(lazy("いつまで"))
    listed = CleanArea(
        lazy("日にち"),
        description=lazy("1行に1日ずつ書きます。例：2026-12-13、12/20、令和9年1月10日"),
        validators=[
            Length(max=_LONGEST_LIST, message=lazy("%(max)d文字以内で入力してください。"))
        ],
    )
    begins = TimeOfDayField(
        lazy("開始の時刻"), validators=[InputRequired(lazy("開始の時刻を入力してください。"))]
    )
    ends = TimeOfDayField(
        lazy("終了の時刻"), validators=[InputRequired(lazy("終了の時刻を入力してください。"))]
    )

    def offer_days(self, opportunity: Opportunity, *, today: date) -> None:
        """Fill in the choices; the times of a single day are not in this form."""
        self.offer(opportunity)
        self._today = today
        self.weekdays.choices = [
            SelectChoice(value=str(number), label=_("%(day)s曜日", day=name))
            for number, name in enumerate(WEEKDAYS)
        ]
        for name in ("starts_at", "ends_at", "opens_at", "closes_at", "cancel_until"):
            if name in self:
                del self[name]

    def validate_weekdays(self, field: Any) -> None:
        """Which days of the week, where they make the series."""
        if self.way.data == WEEKLY and not field.data:
            raise ValidationError(_("曜日を1つ以上選んでください。"))

    def validate_first(self, field: Any) -> None:
        """From when."""
        if self.way.data == WEEKLY and field.data is None and not field.errors:
            raise ValidationError(_("いつからかを入力してください。"))

    def validate_last(self, field: Any) -> None:
        """Until when: after the first, within a year, and with at least one day."""
        first = self.first.data
        if self.way.data != WEEKLY or field.errors or first is None:
            return
        if field.data is None:
            raise ValidationError(_("いつまでかを入力してください。"))
        if field.data < first or (field.data - first).days > _LONGEST_SPAN:
            raise ValidationError(_("「いつから」より後の、1年以内の日にしてください。"))
        if self.weekdays.data:
            _check_number(len(self._dates()))

    def validate_listed(self, field: Any) -> None:
        """Every line is a day."""
        if self.way.data != LISTED:
            return
        days, unread = read_days(field.data or "", today=self._today)
        if unread:
            raise ValidationError(
                _("日にちとして読めないところがあります：%(parts)s", parts="、".join(unread[:5]))
            )
        _check_number(len(days))

    def validate_ends(self, field: Any) -> None:
        """A day ends after it begins."""
        if self.begins.data and field.data and field.data <= self.begins.data:
            raise ValidationError(_("終了は、開始より後の時刻にしてください。"))

    def validate_minimum(self, field: Any) -> None:
        """Said here, before the check page, where the field is at hand."""
        if field.data and self.capacity.data and not 1 <= field.data <= self.capacity.data:
            raise ValidationError(_("開催に必要な人数は、1から定員までの数字で入力してください。"))

    def _dates(self) -> tuple[date, ...]:
        if self.way.data == LISTED:
            return read_days(self.listed.data or "", today=self._today)[0]
        chosen = self.weekdays.data or ()
        weekdays = {number for number in range(len(WEEKDAYS)) if str(number) in chosen}
        if self.first.data is None or self.last.data is None:
            return ()
        return every_week(self.first.data, self.last.data, weekdays)

    def plans(self) -> tuple[SlotPlan, ...]:
        """A plan for each date, in order."""
        values = self.values()
        begins, ends = self.begins.data, self.ends.data
        if begins is None or ends is None:
            return ()
        return tuple(
            SlotPlan(
                starts_at=from_tokyo(datetime.combine(on, begins)),
                ends_at=from_tokyo(datetime.combine(on, ends)),
                **values,
            )
            for on in self._dates()
        )

    def chosen(self, ticked: Collection[str]) -> tuple[SlotPlan, ...]:
        """The plans of the dates that were ticked on the check page."""
        return tuple(
            plan for plan in self.plans() if tokyo(plan.starts_at).date().isoformat() in ticked
        )


def _check_number(days: int) -> None:
    if not days:
        raise ValidationError(_("あてはまる日がありません。日にちや曜日を確かめてください。"))
    if days > MOST_DAYS:
        raise ValidationError(
            _(
                "一度に追加できるのは%(most)s日までです（今は%(days)s日）。期間を分けてください。",
                most=MOST_DAYS,
                days=days,
            )
        )
