"""Forms of hours: one's own, those of everybody of a day, and what the group decides."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Length

from kyodo_match.core.i18n import _, lazy
from kyodo_match.participation.models import ActivityHours
from kyodo_match.participation.rules import (
    Attendance,
    HoursState,
    read_break,
    read_duration,
    without_break,
)
from kyodo_match.signups.models import Participant
from kyodo_match.web.forms import CleanField, DayField, Form, Optional, Required, choices

_LONGEST_NOTE = 100
_LONGEST_REASON = 200
_PREFIX = "minutes_"


class DurationField(StringField):
    """How long: 2:30, 2時間30分, 150分; minutes as data."""

    data: Any
    read = staticmethod(read_duration)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if not self.data:
            return ""
        return f"{self.data // 60}:{self.data % 60:02}"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = self.read(typed) if typed else None
        if typed and self.data is None:
            raise ValueError(
                _("時間を読み取れませんでした。2時間30分なら「2:30」のように入力してください。")
            )


class BreakField(DurationField):
    """How long somebody rested: 60分, 1時間, or a number of minutes; 0 minutes is none."""

    read = staticmethod(read_break)


class OwnHoursForm(Form):
    """活動時間を記録する: the volunteer's own; in a party, of whom."""

    participant = SelectField(
        lazy("活動した方"), [Required(lazy("活動した方を選んでください。"))], choices=()
    )
    day = DayField(lazy("活動した日"), [Required(lazy("活動した日を選んでください。"))])
    minutes = DurationField(
        lazy("活動した時間"),
        [Required(lazy("活動した時間を入力してください。"))],
        description=lazy("例：2:30（2時間30分のとき）。行き帰りの時間は入れません。"),
    )
    rest = BreakField(
        lazy("休憩した時間（任意）"),
        [Optional()],
        description=lazy("例：60分。活動した時間から引きます。"),
    )
    note = CleanField(
        lazy("したこと（任意）"),
        [Optional(), Length(max=_LONGEST_NOTE, message=lazy("100文字までで入力してください。"))],
        description=lazy("団体が読みます。例：花の植えかえ"),
    )

    def __init__(self, people: Sequence[Participant], **given: Any) -> None:
        super().__init__(**given)
        self.participant.choices = choices((one.public_id, one.name) for one in people)

    @property
    def on(self) -> date:
        """The day, once it was checked."""
        assert self.day.data is not None  # noqa: S101 - it is required
        return self.day.data

    @property
    def spent(self) -> int:
        """Minutes without the break. Raises TimeMissing."""
        return without_break(self.minutes.data, self.rest.data or 0)


class DayHoursForm(Form):
    """その日の全員の時間: a field for each person, and one break for those without a record."""

    rest = BreakField(
        lazy("全員が休憩した時間（任意）"),
        [Optional()],
        description=lazy("例：60分。まだ記録のない方の時間から引きます。"),
    )

    def field_of(self, person: Participant) -> DurationField | None:
        """The field of a person; None where their hours are approved."""
        field: DurationField | None = self._fields.get(_PREFIX + person.public_id)
        return field

    def spent(
        self, people: Sequence[Participant], known: Mapping[int, ActivityHours]
    ) -> dict[str, int]:
        """Minutes by participant; a blank field says nothing. Raises TimeMissing."""
        found = {}
        for person in people:
            field = self.field_of(person)
            if field is None or not field.data:
                continue
            rest = 0 if person.id in known else self.rest.data or 0
            found[person.public_id] = without_break(field.data, rest)
        return found


def day_form(
    people: Sequence[Participant],
    known: Mapping[int, ActivityHours],
    *,
    planned: int | None,
) -> DayHoursForm:
    """The form of a day: who came has the planned length proposed, until somebody corrects it.

    Nobody is proposed whom the reception has not marked: no time makes somebody come.
    """
    fields: dict[str, Any] = {}
    for person in people:
        row = known.get(person.id)
        if row is not None and row.state is HoursState.APPROVED:
            continue
        if person.attendance == Attendance.ABSENT:
            continue
        came = person.attendance == Attendance.ATTENDED
        proposed = row.minutes if row is not None else planned if came else None
        fields[_PREFIX + person.public_id] = DurationField(
            _("%(name)sさんの時間", name=person.name), [Optional()], default=proposed
        )
    form: DayHoursForm = type("DayHoursFormOfPeople", (DayHoursForm,), fields)()
    return form


class _WhyField(CleanField):
    def __init__(self, label: Any, hint: Any, **options: Any) -> None:
        super().__init__(
            label,
            [
                Required(lazy("理由を入力してください。")),
                Length(max=_LONGEST_REASON, message=lazy("理由は200文字までで入力してください。")),
            ],
            description=hint,
            **options,
        )


class ChangeHoursForm(Form):
    """時間を直す: what is right, and why."""

    minutes = DurationField(
        lazy("正しい時間"),
        [Required(lazy("正しい時間を入力してください。"))],
        description=lazy("例：2:30（2時間30分のとき）"),
    )
    reason = _WhyField(
        lazy("直す理由"), lazy("ご本人が確認ページで読みます。例：12時に終わったため")
    )


class ReturnHoursForm(Form):
    """差し戻す: why the volunteer is to look at it again."""

    why = _WhyField(
        lazy("差し戻す理由"),
        lazy("ご本人が確認ページで読みます。例：この日は活動がありませんでした"),
    )


def day_asked(typed: str, first: date, last: date) -> date:
    """The day that an address asks for; the last one possible where it asks for no such day."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return max(first, last)
    return day if first <= day <= last else max(first, last)
