"""The forms in which an opportunity is written: its text, a day, a comment."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    ValidationError,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange

from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import PlainField
from kyodo_match.opportunities import messages
from kyodo_match.opportunities.errors import Incomplete, PlaceCountedOn, SlotFaulty
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import (
    CONTENT,
    COUNTED_ON,
    HAS_HISTORY,
    PLANNED,
    CapacityUnit,
    Content,
    OpportunityKind,
    SlotMode,
    SlotPlan,
    ages_in_order,
    kept_by_office,
    version_of,
)
from kyodo_match.web.forms import (
    CleanArea,
    CleanField,
    Form,
    MomentField,
    Optional,
    PhoneField,
    Required,
)

E = TypeVar("E", bound=StrEnum)
_LINE, _PARAGRAPH, _PAGE = 200, 1000, 4000
_MOST = 100_000
_OLDEST = 120


class NeededToHandIn:
    """Marks a field as required without checking it: a draft may be saved with it blank."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the class

    def __call__(self, _form: Any, _field: Any) -> None:
        return


class NumberField(IntegerField):
    """A whole number, in half- or full-width digits."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        raw = unicodedata.normalize("NFKC", valuelist[0] if valuelist else "").strip()
        if not raw:
            return
        if not raw.isdigit() or not raw.isascii() or int(raw[:10]) > _MOST:
            raise ValueError(_("数字で入力してください。例：10"))
        self.data = int(raw)


class _YesNo(RadioField):
    """はい or いいえ, or not answered yet."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        choices = [
            SelectChoice(value="1", label=lazy("歓迎する")),
            SelectChoice(value="0", label=lazy("相談してほしい")),
        ]
        super().__init__(label, choices=choices, validate_choice=False, **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = None if value is None else "1" if value in (True, "1") else "0"

    @property
    def answer(self) -> bool | None:
        return {"1": True, "0": False}.get(str(self.data))


def _line(label: Any, *, needed: bool = False, longest: int = _LINE, hint: Any = "") -> CleanField:
    checks = [NeededToHandIn()] if needed else []
    return CleanField(label, description=hint, validators=[*checks, _at_most(longest)])


def _area(
    label: Any, *, needed: bool = False, longest: int = _PARAGRAPH, hint: Any = ""
) -> CleanArea:
    checks = [NeededToHandIn()] if needed else []
    return CleanArea(label, description=hint, validators=[*checks, _at_most(longest)])


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=lazy("%(max)d文字以内で入力してください。"))


def _choices(members: Iterable[E], label: Callable[[E], str]) -> list[SelectChoice]:
    return [SelectChoice(value=member.value, label=label(member)) for member in members]


class Blaming(Form):
    """Puts what a service refuses beside the fields that it is about."""

    def blame(self, refusal: DomainError) -> None:
        """Show a refusal: beside its fields where it names some, else at the top."""
        if isinstance(refusal, Incomplete):
            self._beside({name: messages.missing_text(name) for name in refusal.fields})
        elif isinstance(refusal, SlotFaulty):
            self._beside({name: messages.fault_text(name) for name in refusal.faults})
        elif isinstance(refusal, PlaceCountedOn):
            self._beside({"place": explain(refusal)})
        else:
            self.refuse(explain(refusal))

    def _beside(self, words: dict[str, str]) -> None:
        for name, text in words.items():
            if name in self:
                self[name].errors = [*self[name].errors, text]
            else:
                self.refuse(text)


def _leave_out(form: Form, names: Collection[str]) -> None:
    """Take fields out of a form, but not from one that was opened before and brings them.

    What somebody typed there is refused with a word by the service, not dropped in silence.
    """
    if not any(form[name].raw_data for name in names):
        for name in names:
            del form[name]


def _catch_up(form: Form, stands: Opportunity | Slot, theirs: Collection[str]) -> None:
    for name in theirs:
        if name in form:
            form[name].process_data(getattr(stands, name))
            form[name].raw_data = None


class OpportunityForm(Blaming):
    """What a group offers. Only title and kind are needed for a draft."""

    group = SelectField(lazy("団体"), validators=[Required(lazy("団体を選んでください。"))])
    title = CleanField(
        lazy("募集の名前"),
        description=lazy("何をするかが分かる名前にしてください。例：里山の一日体験　落ち葉かき"),
        validators=[Required(lazy("募集の名前を入力してください。")), _at_most(100)],
    )
    kind = SelectField(lazy("種類"), validators=[Required(lazy("種類を選んでください。"))])
    description = _area(
        lazy("内容"),
        needed=True,
        longest=_PAGE,
        hint=lazy("当日の流れが想像できるように、短い文で書いてください。"),
    )
    plain_fields = SelectMultipleField(
        lazy("分野"),
        option_widget=widgets.CheckboxInput(),
        validators=[NeededToHandIn()],
    )
    place = _line(
        lazy("場所"), needed=True, hint=lazy("建物や公園の名前。例：みらい平コミュニティセンター")
    )
    address = _line(lazy("所在地"), hint=lazy("地図で調べられる住所"))
    district = SelectField(lazy("地区"), validators=[Optional()])
    fee = _line(lazy("参加費"), needed=True, hint=lazy("かからないときは「無料」"))
    bring = _area(lazy("持ち物・服装"), needed=True, hint=lazy("ないときは「なし」"))
    rain = _area(
        lazy("雨のとき"),
        needed=True,
        hint=lazy("例：小雨は行います。中止のときは前の日の17時までに連絡します"),
    )
    alone_welcome = _YesNo(lazy("おひとりでの参加"), validators=[NeededToHandIn()])
    beginner_welcome = _YesNo(lazy("はじめての方の参加"), validators=[NeededToHandIn()])
    for_whom = _area(lazy("おすすめする方"))
    min_age = NumberField(lazy("年齢（下限）"), validators=[Optional(), NumberRange(0, _OLDEST)])
    max_age = NumberField(lazy("年齢（上限）"), validators=[Optional(), NumberRange(0, _OLDEST)])
    escort = _area(lazy("付き添いの条件"), hint=lazy("例：小学生以下は保護者といっしょに"))
    barrier_free = _area(lazy("バリアフリー"), hint=lazy("段差、トイレ、駐車場から入口までなど"))
    meeting_place = _line(lazy("集合場所"), hint=lazy("場所の入口と違うとき"))
    access = _area(lazy("行き方"))
    parking = _line(lazy("駐車場"), hint=lazy("例：あり（10台・無料）"))
    contact_name = _line(
        lazy("問い合わせ先"),
        needed=True,
        hint=lazy("公開されます。団体名や係の名前でもかまいません"),
    )
    contact_phone = PhoneField(
        lazy("問い合わせ先の電話番号"),
        description=lazy("公開されます。例：0297-58-2111"),
        validators=[NeededToHandIn()],
    )

    reason = CleanField(
        lazy("変更の理由"),
        description=lazy("書かなくてもかまいません。変更の履歴に残ります。"),
        validators=[_at_most(_LINE)],
    )
    seen = HiddenField()

    def offer(
        self,
        *,
        districts: Sequence[str],
        groups: Sequence[Group] = (),
        opportunity: Opportunity | None = None,
        office: bool = False,
        fixed: Collection[str] = (),
    ) -> None:
        """Fill in the choices; leave out what does not change any more, or not here (`fixed`)."""
        self.kind.choices = _choices(OpportunityKind, messages.kind_label)
        self.plain_fields.choices = _choices(PlainField, messages.field_label)
        known = list(districts)
        if opportunity and opportunity.district not in ("", *known):
            known.append(opportunity.district)
        self.district.choices = [
            SelectChoice(value="", label=_("選ばない")),
            *(SelectChoice(value=name) for name in known),
        ]
        if opportunity is None:
            self.group.choices = [
                SelectChoice(value=group.public_id, label=group.name) for group in groups
            ]
        else:
            del self.group
            fixed = (*fixed, *kept_by_office(opportunity.status, office=office))
            if self.seen.data is None:
                self.seen.data = version_of(opportunity, CONTENT)
        if opportunity is None or opportunity.status not in HAS_HISTORY:
            del self.reason
        if not known:
            del self.district
        _leave_out(self, fixed)

    def validate_max_age(self, field: Any) -> None:
        if not ages_in_order(self.min_age.data, field.data):
            raise ValidationError(_("年齢の上限は、下限以上の数字にしてください。"))

    def content(
        self, *, law_fields: tuple[str, ...] = (), stands: Opportunity | None = None
    ) -> Content:
        """What was typed, as the service takes it; what is not in the form as it stands."""
        values: dict[str, Any] = {
            name: getattr(stands, name) for name in CONTENT if stands is not None
        }
        values |= {name: self[name].data or "" for name in CONTENT if name in self}
        plain = [field.value for field in PlainField if field in (self.plain_fields.data or ())]
        if stands is not None:
            law_fields = stands.law_fields or stands.group.law_fields
        values |= {
            "kind": OpportunityKind(values["kind"]),
            "law_fields": law_fields,
            "plain_fields": tuple(plain),
            "min_age": self.min_age.data,
            "max_age": self.max_age.data,
            "alone_welcome": self.alone_welcome.answer,
            "beginner_welcome": self.beginner_welcome.answer,
        }
        return Content(**values)

    def catch_up(self, opportunity: Opportunity, theirs: Collection[str]) -> None:
        """Take over what only somebody else has changed; what was typed stays as it was typed."""
        _catch_up(self, opportunity, theirs)
        self.seen.data = version_of(opportunity, CONTENT)


class SlotForm(Blaming):
    """One day. Once somebody has signed up, the fields that people count on are not in it."""

    starts_at = MomentField(
        lazy("開始"), validators=[Required(lazy("開始の日時を入力してください。"))]
    )
    ends_at = MomentField(
        lazy("終了"), validators=[Required(lazy("終了の日時を入力してください。"))]
    )
    place = _line(lazy("場所"), hint=lazy("この日だけ場所が違うとき"))
    capacity = NumberField(
        lazy("定員"),
        validators=[
            Required(lazy("定員を入力してください。")),
            NumberRange(1, message=lazy("定員は、1以上の数字で入力してください。")),
        ],
    )
    capacity_unit = RadioField(lazy("定員の数え方"), default=CapacityUnit.PEOPLE)
    mode = RadioField(
        lazy("参加者の決め方"),
        default=SlotMode.FIRST_COME,
        description=lazy("今、公開できるのは先着順だけです。"),
    )
    party_limit = NumberField(
        lazy("1回に申し込める人数"),
        default=SlotPlan.party_limit,
        description=lazy("申し込む本人を入れた人数"),
        validators=[
            Required(lazy("1回に申し込める人数を入力してください。")),
            NumberRange(1, message=lazy("1以上の数字で入力してください。")),
        ],
    )
    waitlist_limit = NumberField(
        lazy("キャンセル待ちの上限"),
        description=lazy("空欄は上限なし、0はキャンセル待ちを受け付けません。"),
        validators=[Optional()],
    )
    pass_smaller = BooleanField(
        lazy("キャンセル待ちの先頭の組が入れないとき、後ろの少人数の組に先に案内する")
    )
    minimum = NumberField(
        lazy("開催に必要な人数"),
        description=lazy("この人数に届かないと開催しない、という人数"),
        validators=[Optional()],
    )
    opens_at = MomentField(
        lazy("受付の開始"),
        description=lazy("空欄のときは、公開した後の最初の開庁日の朝"),
        validators=[Optional()],
    )
    closes_at = MomentField(
        lazy("受付の締切"),
        description=lazy("空欄のときは、前の日の17時"),
        validators=[Optional()],
    )
    cancel_until = MomentField(
        lazy("取消しの期限"),
        description=lazy("空欄のときは、受付の締切と同じ"),
        validators=[Optional()],
    )
    seen = HiddenField()

    def offer(self, slot: Slot | None = None) -> None:
        """Fill in the choices; leave out what people who signed up count on."""
        if slot is not None and self.seen.data is None:
            self.seen.data = version_of(slot, PLANNED)
        self.capacity_unit.choices = _choices(CapacityUnit, messages.unit_label)
        self.mode.choices = _choices(SlotMode, messages.mode_label)
        if slot is not None and (slot.places_taken or slot.places_waiting):
            _leave_out(self, COUNTED_ON)

    def plan(self, slot: Slot | None = None) -> SlotPlan:
        """What was typed, with the slot's own values for what is not in the form."""
        values = {
            name: self[name].data if name in self else getattr(slot, name) for name in PLANNED
        }
        values["place"] = values["place"] or ""
        values["capacity_unit"] = CapacityUnit(values["capacity_unit"])
        values["mode"] = SlotMode(values["mode"])
        return SlotPlan(**values)

    def catch_up(self, slot: Slot, theirs: Collection[str]) -> None:
        """Take over what only somebody else has changed; what was typed stays as it was typed."""
        _catch_up(self, slot, theirs)
        self.seen.data = version_of(slot, PLANNED)


class ReturnForm(Form):
    """差し戻し: what the group is asked to change."""

    comment = CleanArea(
        lazy("団体へのコメント"),
        description=lazy("どこをどう直すかを書いてください。団体にメールで届きます。"),
        validators=[
            Required(lazy("どこをどう直すかを入力してください。")),
            _at_most(_PARAGRAPH),
        ],
    )
