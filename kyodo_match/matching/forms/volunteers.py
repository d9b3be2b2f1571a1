"""ボランティア登録の用紙, for the person and for staff who write it down."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from kyodo_match.core.i18n import _, lazy
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.forms.pickers import (
    field_choices,
    free_time_choices,
    known,
    skill_choices,
)
from kyodo_match.matching.models import Volunteer
from kyodo_match.matching.rules.volunteers import Registration
from kyodo_match.matching.rules.wishes import FREE_TIMES
from kyodo_match.opportunities.rules import Skill
from kyodo_match.signups.forms import OFFICE_CHANNELS
from kyodo_match.signups.forms.fields import (
    LONGEST_MAIL,
    PLEASE_CHOOSE,
    NamedForm,
    at_most,
    choices_of,
    readable,
)
from kyodo_match.signups.messages import age_group_label, channel_label, residency_label
from kyodo_match.signups.rules import AgeGroup, Channel, Residency
from kyodo_match.web.forms import (
    CleanField,
    EmailField,
    Form,
    Optional,
    PhoneField,
    Required,
)
from kyodo_match.web.paging import read_page

# The text of templates/matching/_volunteer_privacy.html: a new text is a new version.
PRIVACY_VERSION = "2026-11-22"

# Who registers acts on their own; younger children come with a group or their family.
AGES = tuple(one for one in AgeGroup if one not in {AgeGroup.PRESCHOOL, AgeGroup.ELEMENTARY})

_PLAIN = ("name", "kana", "age_group", "email", "phone", "residency", "district", "certificate")
_SEVERAL = ("times", "fields", "skills")
_BOXES = ("drives", "remote_ok", "may_be_asked")


class VolunteerForm(NamedForm):
    """What a person tells of themselves, and whether they may be asked."""

    age_group = RadioField(
        lazy("年代"),
        [Required(lazy("年代を選んでください。"))],
        choices=choices_of(AGES, age_group_label),
        validate_choice=False,
    )
    email = EmailField(lazy("メールアドレス"), [Optional(), at_most(LONGEST_MAIL)])
    phone = PhoneField(lazy("電話番号"), [Optional()])
    residency = RadioField(
        lazy("市との関わり"),
        [Required(lazy("市との関わりを選んでください。"))],
        choices=choices_of(Residency, residency_label),
        validate_choice=False,
    )
    district = SelectField(lazy("お住まいの地区"), validate_choice=False)
    times = SelectMultipleField(
        lazy("空いている時間"), choices=free_time_choices, validate_choice=False
    )
    fields = SelectMultipleField(
        lazy("関心のある分野"), choices=field_choices, validate_choice=False
    )
    skills = SelectMultipleField(lazy("得意なこと"), choices=skill_choices, validate_choice=False)
    certificate = CleanField(lazy("資格や免許"), [at_most(200), readable])
    drives = BooleanField(lazy("車で行けます"))
    remote_ok = BooleanField(lazy("自宅でできることも引き受けられます"))
    may_be_asked = BooleanField(lazy("合う活動があるとき、お声がけしてよい"))
    privacy_consent = BooleanField(
        lazy("利用目的を確認しました"),
        [Required(lazy("利用目的をお読みのうえ、「利用目的を確認しました」を選んでください。"))],
    )
    channel = RadioField(
        lazy("受け付けた方法"),
        choices=choices_of(OFFICE_CHANNELS, channel_label),
        default=Channel.COUNTER.value,
        validate_choice=False,
    )

    def __init__(
        self,
        *args: Any,
        districts: tuple[str, ...] = (),
        office: bool = False,
        by_mail: bool = False,
        **kwargs: Any,
    ) -> None:
        """`office`: staff write it down. `by_mail`: without an address nobody could confirm it."""
        super().__init__(*args, **kwargs)
        self.office, self.by_mail = office, by_mail
        self.email.flags.required = by_mail
        if districts:
            self.district.choices = [
                PLEASE_CHOOSE,
                *(SelectChoice(value=name, label=name) for name in districts),
            ]
        else:
            del self.district
        if office:
            self.privacy_consent.label.text = _("利用目的を読み上げ、口頭で説明しました")
        else:
            del self.channel

    @classmethod
    def of(
        cls, volunteer: Volunteer, *, districts: tuple[str, ...], office: bool = False
    ) -> "VolunteerForm":
        """The form as it is changed: filled with what is known, unless it was posted."""
        data = {name: getattr(volunteer, name) for name in (*_PLAIN, *_BOXES)}
        data |= {name: list(getattr(volunteer, name)) for name in _SEVERAL}
        data["age_group"] = volunteer.age_group.value
        data["residency"] = volunteer.residency.value
        form = cls(data=data, districts=districts, office=office)
        if office:
            del form.channel  # how they once came stays as it is
        return form

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check each field, and what hangs together."""
        valid = bool(super().validate(extra_validators))
        for field, offered in ((self.age_group, AGES), (self.residency, tuple(Residency))):
            if field.data and field.data not in offered:
                field.errors = [_("あてはまるものを1つ選んでください。")]
        self._check_contact()
        if "district" in self and self.residency.data == Residency.RESIDENT:
            names = {choice.value for choice in self.district.choices}
            if not self.district.data or self.district.data not in names:
                self.district.errors = [_("お住まいの地区を選んでください。")]
        if "channel" in self and self.channel.data not in OFFICE_CHANNELS:
            self.channel.errors = [_("受け付けた方法を選んでください。")]
        return valid and not self.errors

    def _check_contact(self) -> None:
        if self.email.errors or self.phone.errors or self.email.data:
            return
        if self.by_mail:
            self.email.errors = [
                _(
                    "メールアドレスを入力してください。確認のメールをお送りします。"
                    "メールを使わない方は、お電話か窓口で登録できます。"
                )
            ]
        elif not self.phone.data:
            self.email.errors = [_("メールアドレスか電話番号の、どちらか1つを入力してください。")]

    def registration(self, *, entered_by: str | None = None) -> Registration:
        """What was typed, in the form that is stored."""
        is_resident = self.residency.data == Residency.RESIDENT
        return Registration(
            name=self.name.data,
            kana=self.kana.data,
            age_group=AgeGroup(self.age_group.data),
            residency=Residency(self.residency.data),
            district=self.district.data if "district" in self and is_resident else "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            times=known(self.times.data, FREE_TIMES),
            fields=known(self["fields"].data, [one.value for one in PlainField]),
            skills=known(self.skills.data, [one.value for one in Skill]),
            certificate=self.certificate.data or "",
            drives=self.drives.data,
            remote_ok=self.remote_ok.data,
            may_be_asked=self.may_be_asked.data,
            channel=Channel(self.channel.data) if "channel" in self else Channel.WEB,
            privacy_version=PRIVACY_VERSION,
            privacy_by="oral" if self.office else "form",
            entered_by=entered_by,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Every name and value of the form as hidden inputs carry them to the check page."""
        pairs = [(name, str(self[name].data or "")) for name in _PLAIN if name in self]
        pairs += [(name, value) for name in _SEVERAL for value in self[name].data or []]
        pairs += [(name, "y") for name in _BOXES if self[name].data]
        return [*pairs, ("privacy_consent", "y")]


class RegisterSearchForm(Form):
    """登録者を探す: posted, so that names and numbers stand in no address and in no log."""

    q = CleanField(
        lazy("お名前・ふりがな・電話番号・メール"),
        [Length(max=100, message=lazy("探すことばは100文字以内で入力してください。"))],
    )
    skill = SelectField(
        lazy("得意なこと"),
        choices=lambda: [SelectChoice(value="", label=_("すべて")), *skill_choices()],
        validate_choice=False,
    )
    page = HiddenField()

    def page_number(self) -> int:
        """Which page of the register is asked for."""
        return read_page(self.page.data or "")


class ResendForm(Form):
    """登録のリンクをもう一度送る."""

    email = EmailField(
        lazy("登録したメールアドレス"),
        [Required(lazy("メールアドレスを入力してください。")), at_most(LONGEST_MAIL)],
    )
