"""The forms in which an opportunity is written: its text, and a comment on it."""

from collections.abc import Collection, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    ValidationError,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from kyodo_match.core.i18n import _, lazy
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import PlainField
from kyodo_match.opportunities import messages
from kyodo_match.opportunities.forms.fields import (
    LINE,
    PAGE,
    PARAGRAPH,
    Blaming,
    NeededToHandIn,
    NumberField,
    YesNo,
    area,
    at_most,
    catch_up_with,
    choices_of,
    leave_out,
    line,
)
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import (
    CONTENT,
    HAS_HISTORY,
    RESIDENCIES,
    Content,
    NeedPattern,
    OpportunityKind,
    Skill,
    ages_in_order,
    kept_by_office,
    version_of,
)
from kyodo_match.web.forms import CleanArea, CleanField, Form, Optional, PhoneField, Required

_OLDEST = 120
_LONGEST_INSURANCE = 60
_VOLUNTEER = OpportunityKind.VOLUNTEER


class OpportunityForm(Blaming):
    """What a group offers. Only title and kind are needed for a draft."""

    group = SelectField(lazy("団体"), validators=[Required(lazy("団体を選んでください。"))])
    title = CleanField(
        lazy("募集の名前"),
        description=lazy("何をするかが分かる名前にしてください。例：里山の一日体験　落ち葉かき"),
        validators=[Required(lazy("募集の名前を入力してください。")), at_most(100)],
    )
    kind = SelectField(lazy("種類"), validators=[Required(lazy("種類を選んでください。"))])
    description = area(
        lazy("内容"),
        needed=True,
        longest=PAGE,
        hint=lazy("当日の流れが想像できるように、短い文で書いてください。"),
    )
    plain_fields = SelectMultipleField(
        lazy("分野"),
        option_widget=widgets.CheckboxInput(),
        validators=[NeededToHandIn()],
    )
    place = line(
        lazy("場所"), needed=True, hint=lazy("建物や公園の名前。例：みらい平コミュニティセンター")
    )
    address = line(lazy("所在地"), hint=lazy("地図で調べられる住所"))
    district = SelectField(lazy("地区"), validators=[Optional()])
    fee = line(lazy("参加費"), needed=True, hint=lazy("かからないときは「無料」"))
    bring = area(lazy("持ち物・服装"), needed=True, hint=lazy("ないときは「なし」"))
    rain = area(
        lazy("雨のとき"),
        needed=True,
        hint=lazy("例：小雨は行います。中止のときは前の日の17時までに連絡します"),
    )
    alone_welcome = YesNo(lazy("おひとりでの参加"), validators=[NeededToHandIn()])
    beginner_welcome = YesNo(lazy("はじめての方の参加"), validators=[NeededToHandIn()])
    for_whom = area(lazy("おすすめする方"))
    min_age = NumberField(lazy("年齢（下限）"), validators=[Optional(), NumberRange(0, _OLDEST)])
    max_age = NumberField(lazy("年齢（上限）"), validators=[Optional(), NumberRange(0, _OLDEST)])
    escort = area(lazy("付き添いの条件"), hint=lazy("例：小学生以下は保護者といっしょに"))
    barrier_free = area(lazy("バリアフリー"), hint=lazy("段差、トイレ、駐車場から入口までなど"))
    meeting_place = line(lazy("集合場所"), hint=lazy("場所の入口と違うとき"))
    access = area(lazy("行き方"))
    parking = line(lazy("駐車場"), hint=lazy("例：あり（10台・無料）"))
    pattern = RadioField(
        lazy("募集の形"),
        validators=[Optional()],
        validate_choice=False,
        description=lazy("随時を選ぶと、日程の代わりに、いつからいつまで募集するかを決めます。"),
    )
    wanted_skills = SelectMultipleField(
        lazy("あると助かる得意なこと"), option_widget=widgets.CheckboxInput()
    )
    is_remote = BooleanField(lazy("自宅やオンラインで参加できる"))
    leave_early_ok = YesNo(
        lazy("途中で帰ること"), yes=lazy("途中で帰ってもよい"), no=lazy("最後までいてほしい")
    )
    residencies = SelectMultipleField(
        lazy("参加できる方"),
        option_widget=widgets.CheckboxInput(),
        description=lazy("どれも選ばないときは、だれでも参加できます。"),
    )
    certificate = line(
        lazy("必要な資格・免許"),
        hint=lazy("ないと参加できないときだけ。例：普通自動車の運転免許"),
    )
    guardian_consent = BooleanField(lazy("18歳未満の方は、保護者の同意書を当日に持ってきてもらう"))
    insurance_days = NumberField(
        lazy("保険の手続きに必要な日数"),
        validators=[Optional(), NumberRange(0, _LONGEST_INSURANCE)],
        description=lazy(
            "活動の何日前までに申込みが必要か。申込みの締切を自動で決めるときに使います。"
        ),
    )
    contact_name = line(
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
        validators=[at_most(LINE)],
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
        self.kind.choices = choices_of(OpportunityKind, messages.kind_label)
        self.plain_fields.choices = choices_of(PlainField, messages.field_label)
        self.pattern.choices = choices_of(NeedPattern, messages.pattern_label)
        self.wanted_skills.choices = choices_of(Skill, messages.skill_label)
        self.residencies.choices = [
            SelectChoice(value=tie, label=messages.tie_label(tie)) for tie in RESIDENCIES
        ]
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
        leave_out(self, fixed)
        if "kind" not in self and opportunity and opportunity.kind is not _VOLUNTEER:
            del self.pattern, self.wanted_skills

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
        kind = OpportunityKind(values["kind"])
        pattern = values.get("pattern") if kind is _VOLUNTEER else None
        plain = [field.value for field in PlainField if field in (self.plain_fields.data or ())]
        if stands is not None:
            law_fields = stands.law_fields or stands.group.law_fields
        values |= {
            "kind": kind,
            "pattern": NeedPattern(pattern) if pattern in set(NeedPattern) else None,
            "wanted_skills": tuple(
                skill.value for skill in Skill if skill in values.get("wanted_skills", ())
            ),
            "residencies": tuple(tie for tie in RESIDENCIES if tie in values["residencies"]),
            "is_remote": bool(self.is_remote.data),
            "leave_early_ok": self.leave_early_ok.answer,
            "guardian_consent": bool(self.guardian_consent.data),
            "insurance_days": self.insurance_days.data,
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
        catch_up_with(self, opportunity, theirs)
        self.seen.data = version_of(opportunity, CONTENT)


class ReturnForm(Form):
    """差し戻し: what the group is asked to change."""

    comment = CleanArea(
        lazy("団体へのコメント"),
        description=lazy("どこをどう直すかを書いてください。団体にメールで届きます。"),
        validators=[
            Required(lazy("どこをどう直すかを入力してください。")),
            at_most(PARAGRAPH),
        ],
    )
