"""The form of an application."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice

from kyodo_match.core import clock
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.rules import SlotPlan
from kyodo_match.signups.errors import NotOfResidency, RoleGone
from kyodo_match.signups.forms.fields import (
    LONGEST_MAIL,
    LONGEST_NAME,
    LONGEST_NOTE,
    PLEASE_CHOOSE,
    NamedForm,
    age_errors,
    at_most,
    choices_of,
    companion_of,
    readable,
    yes_or_no,
)
from kyodo_match.signups.messages import (
    age_group_label,
    channel_label,
    residency_label,
    support_label,
)
from kyodo_match.signups.rules import (
    AgeGroup,
    Application,
    Channel,
    Companion,
    Residency,
    Support,
    check_residency,
)
from kyodo_match.web.forms import (
    CleanArea,
    CleanField,
    EmailField,
    KanaField,
    MomentField,
    PhoneField,
    Required,
)

# The text of templates/signups/_privacy.html: a new text is a new version.
PRIVACY_VERSION = "2026-11-22"


MOST_ROWS = 9


_MOST_ENTRIES = 100  # more than any slot takes: such a party is refused, not cut


OFFICE_CHANNELS = (Channel.PHONE, Channel.COUNTER, Channel.PAPER)


class CompanionRows(FieldList):
    """`companions-N-…`: rows by their number; odd numbers and blank rows are no rows."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            row = re.fullmatch(rf"{prefix}-([0-9]{{1,4}})-(name|kana)", name)
            if row and formdata[name].strip():
                yield int(row[1])


class CompanionForm(PlainForm):
    """One row of いっしょに参加する方; a blank name and kana is no person."""

    name = CleanField(lazy("お名前"), [at_most(LONGEST_NAME), readable])
    kana = KanaField(lazy("ふりがな"), [at_most(LONGEST_NAME)])
    age_group = SelectField(
        lazy("年代"),
        choices=choices_of(AgeGroup, age_group_label, PLEASE_CHOOSE),
        validate_choice=False,
    )
    escort = BooleanField(lazy("付き添い（保護者、介助の方など）として来ます"))

    @property
    def is_blank(self) -> bool:
        return not (self.name.data or self.kana.data)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Ask for all three of a person, for none of a blank row."""
        if self.is_blank:
            return True
        valid = bool(super().validate(extra_validators))
        who = {"n": int(self._prefix.rstrip("-").rpartition("-")[2]) + 1}
        for field, message in (
            (self.name, _("%(n)s人目の同行者のお名前を入力してください。", **who)),
            (self.kana, _("%(n)s人目の同行者のふりがなを入力してください。", **who)),
        ):
            if not field.data:
                field.errors = [message]
                valid = False
        if self.age_group.data not in set(AgeGroup):
            self.age_group.errors = [_("%(n)s人目の同行者の年代を選んでください。", **who)]
            valid = False
        return valid

    @property
    def person(self) -> Companion:
        """Whom the row names, in the form that is stored."""
        return companion_of(self)


ANY_ROLE = "any"
ESCORTS = "escort"  # applicant_participates: comes along, and takes no part


def _how_the_applicant_comes() -> list[SelectChoice]:
    return [
        SelectChoice(value="1", label=_("参加します")),
        SelectChoice(
            value=ESCORTS,
            label=_("付き添いとして来ます（参加するお子さんの保護者、介助の方など）"),
        ),
        SelectChoice(value="0", label=_("参加しません（家族などの分を申し込みます）")),
    ]


@dataclass(frozen=True)
class Asks:
    """What an activity asks beyond what every form asks; compared as a value."""

    ages: tuple[int | None, int | None] = (None, None)
    residencies: tuple[str, ...] = ()
    certificate: str = ""
    roles: tuple[tuple[str, str], ...] = ()  # public id and label, with what is still free
    party_limit: int = SlotPlan.party_limit
    escort: str = ""  # what the group says of escorts
    escorts_count: bool = False

    @property
    def rows(self) -> int:
        """How many companions there is room for: one more where an escort is not counted."""
        return min(self.party_limit - int(self.escorts_count), MOST_ROWS)


class SignupForm(NamedForm):
    """The application form. Field names are a contract that scripts rely on."""

    age_group = RadioField(
        lazy("年代（参加する日の年齢）"),
        [Required(lazy("年代を選んでください。"))],
        choices=choices_of(AgeGroup, age_group_label),
        validate_choice=False,
    )
    residency = RadioField(
        lazy("市との関わり"),
        [Required(lazy("市との関わりを選んでください。"))],
        choices=choices_of(Residency, residency_label),
        validate_choice=False,
    )
    district = SelectField(lazy("お住まいの地区"), validate_choice=False)
    applicant_participates = RadioField(
        lazy("申し込む方も参加しますか"),
        choices=_how_the_applicant_comes,
        default="1",
        validate_choice=False,
    )
    email = EmailField(lazy("メールアドレス"), [at_most(LONGEST_MAIL)])
    phone = PhoneField(lazy("電話番号"))
    # Each field has its label: for one without, WTForms reads its own catalogue at each request.
    companions = CompanionRows(
        FormField(CompanionForm, lazy("同行者")),
        lazy("いっしょに参加する方"),
        max_entries=_MOST_ENTRIES,
    )
    first_time = RadioField(
        lazy("この団体の活動に参加するのは"),
        choices=yes_or_no(lazy("はじめて"), lazy("前にも参加したことがある")),
        default="",
        validate_choice=False,
    )
    support = SelectMultipleField(
        lazy("配慮が必要な方（あてはまるものすべて）"),
        choices=choices_of(Support, support_label),
        validate_choice=False,
    )
    note = CleanArea(
        lazy("伝えておきたいこと"),
        [at_most(LONGEST_NOTE), readable],
        description=lazy("病気や障がいのことは書かないでください。"),
    )
    role = RadioField(
        lazy("したい役割"),
        [Required(lazy("したい役割を選んでください。"))],
        validate_choice=False,
    )
    certificate = BooleanField(
        lazy("必要な資格・免許を持っています"),
        [Required(lazy("必要な資格・免許があることを確かめて、選んでください。"))],
    )
    privacy_consent = BooleanField(
        lazy("利用目的を確認しました"),
        [Required(lazy("利用目的をお読みのうえ、「利用目的を確認しました」を選んでください。"))],
    )
    channel = RadioField(
        lazy("受け付けた方法"),
        choices=choices_of(OFFICE_CHANNELS, channel_label),
        validate_choice=False,
    )
    received_at = MomentField(
        lazy("受け付けた日時"),
        description=lazy(
            "申込書などを後から入力するときだけ、届いた日時を入力してください。空欄なら今の時刻です。"
        ),
    )
    submission_key = HiddenField("")

    def __init__(
        self,
        *args: Any,
        districts: tuple[str, ...] = (),
        asks: Asks | None = None,
        office: Channel | None = None,
        **kwargs: Any,
    ) -> None:
        """`office` is the channel where staff enter a caller, None for a citizen."""
        super().__init__(*args, **kwargs)
        self.asks = asks or Asks()
        self.office = office
        if self.asks.roles:
            self.role.choices = [
                *(SelectChoice(value=role, label=label) for role, label in self.asks.roles),
                SelectChoice(value=ANY_ROLE, label=_("どの役割でもよい")),
            ]
        else:
            del self.role
        if self.asks.certificate:
            self.certificate.description = self.asks.certificate
        else:
            del self.certificate
        if districts:
            self.district.choices = [
                PLEASE_CHOOSE,
                *(SelectChoice(value=name, label=name) for name in districts),
            ]
        else:
            del self.district
        if office is None:
            del self.channel, self.received_at
        else:
            if self.channel.data not in OFFICE_CHANNELS:
                self.channel.data = office.value
            self.privacy_consent.label.text = _("利用目的を読み上げ、口頭で説明しました")

    def show_rows(self, rows: int) -> None:
        """Draw at least that many rows for companions."""
        while len(self.companions.entries) < rows:
            self.companions.append_entry()

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check each field, and what hangs together."""
        valid = bool(super().validate(extra_validators))
        for field, known in (
            (self.age_group, AgeGroup),
            (self.residency, Residency),
        ):
            if field.data and field.data not in set(known):
                field.errors = [_("あてはまるものを1つ選んでください。")]
        if not (self.email.data or self.phone.data or self.email.errors or self.phone.errors):
            self.email.errors = [
                _(
                    "メールアドレスか電話番号の、どちらか1つを入力してください。片方だけで申し込めます。"
                )
            ]
        if "district" in self and self.residency.data == Residency.RESIDENT:
            names = {choice.value for choice in self.district.choices}
            if not self.district.data or self.district.data not in names:
                self.district.errors = [_("お住まいの地区を選んでください。")]
        if "role" in self and self.role.data:
            roles = {ANY_ROLE, *(role for role, _label in self.asks.roles)}
            if self.role.data not in roles:
                self.role.errors = [explain(RoleGone())]
        self._check_residency()
        self.support.data = [word for word in self.support.data or [] if word in set(Support)]
        if self.office and self.received_at.data and self.received_at.data > clock.now():
            self.received_at.errors = [_("受け付けた日時に、先の時刻は入力できません。")]
        self._check_ages()
        return valid and not self.errors

    def _check_residency(self) -> None:
        """Refuse ties to the city that the activity is not for, beside the question."""
        if self.residency.data in set(Residency) and not self.residency.errors:
            try:
                check_residency(Residency(self.residency.data), residencies=self.asks.residencies)
            except NotOfResidency as refusal:
                self.residency.errors = [explain(refusal)]

    def _check_ages(self) -> None:
        """Refuse the ages that the activity cannot be meant for, beside the person."""
        rows = (row.form for row in self.companions if not row.form.is_blank)
        fields = [self.age_group] if self._applicant_takes_part else []
        fields += [row.age_group for row in rows if not row.escort.data]
        for field in fields:
            if not field.errors:
                field.errors = age_errors(field.data, *self.asks.ages)
        if any(row.errors for row in self.companions):
            self.companions.errors = [row.errors for row in self.companions]

    def application(
        self, *, submission_key: str | None = None, entered_by: str | None = None
    ) -> Application:
        """What was typed, in the form that is stored."""
        is_resident = self.residency.data == Residency.RESIDENT
        return Application(
            name=self.name.data,
            kana=self.kana.data,
            email=self.email.data or "",
            phone=self.phone.data or "",
            residency=Residency(self.residency.data),
            district=self.district.data if "district" in self and is_resident else "",
            age_group=AgeGroup(self.age_group.data),
            applicant_participates=self._applicant_comes,
            applicant_escorts=not self._applicant_takes_part,
            companions=self._companions(),
            first_time={"1": True, "0": False}.get(self.first_time.data or ""),
            support=tuple(self.support.data),
            note=self.note.data or "",
            channel=Channel(self.channel.data) if self.office else Channel.WEB,
            privacy_version=PRIVACY_VERSION,
            privacy_by="oral" if self.office else "form",
            submission_key=submission_key,
            entered_by=entered_by,
            received_at=self.received_at.data if self.office else None,
            role=self._role,
            certificate="certificate" in self,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Every name and value of the form as hidden inputs carry them to the check page."""
        plain = (
            "name", "kana", "age_group", "email", "phone", "residency", "district",
            "applicant_participates", "first_time", "note", "channel", "submission_key", "role",
        )  # fmt: skip
        pairs = [(name, str(self[name].data or "")) for name in plain if name in self]
        if self.office:
            pairs.append(("received_at", self.received_at._value()))  # noqa: SLF001 - WTForms' own name
        for number, person in enumerate(self._companions()):
            start = f"companions-{number}"
            pairs += [
                (f"{start}-name", person.name),
                (f"{start}-kana", person.kana),
                (f"{start}-age_group", person.age_group.value),
            ]
            if person.is_escort:
                pairs.append((f"{start}-escort", "y"))
        pairs += [("support", word) for word in self.support.data or []]
        if "certificate" in self:
            pairs.append(("certificate", "y"))
        return [*pairs, ("privacy_consent", "y")]

    @property
    def has_companions(self) -> bool:
        """Whether a row has something in it, or should have, so that the rows are shown opened."""
        is_filled = any(not row.form.is_blank for row in self.companions)
        return is_filled or not self._applicant_takes_part

    @property
    def _role(self) -> str:
        """The chosen role's public id; blank for any, and where there are none."""
        return self.role.data if "role" in self and self.role.data != ANY_ROLE else ""

    @property
    def _applicant_comes(self) -> bool:
        return bool(self.applicant_participates.data != "0")

    @property
    def _applicant_takes_part(self) -> bool:
        return self._applicant_comes and self.applicant_participates.data != ESCORTS

    def _companions(self) -> tuple[Companion, ...]:
        return tuple(row.form.person for row in self.companions if not row.form.is_blank)
