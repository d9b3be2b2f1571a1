"""Forms of groups: one for staff, a shorter one for owners, each with its own list of fields."""

import unicodedata

from wtforms import Field, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget, NumberInput

from kyodo_match.core import csv, text
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.groups.errors import GroupRefused, NameTaken
from kyodo_match.groups.messages import (
    GROUP_KINDS,
    GROUP_STATUSES,
    MEMBER_ROLES,
    PUBLIC_ITEM_LABELS,
)
from kyodo_match.groups.rules import (
    LAW_FIELDS,
    LEGAL_FORMS,
    GroupKind,
    GroupStatus,
    MemberRole,
    Profile,
    Registration,
    is_kana,
    is_website,
)
from kyodo_match.web.forms import (
    CleanArea,
    CleanField,
    DayField,
    EmailField,
    Form,
    KanaField,
    Optional,
    PhoneField,
    Required,
    choices,
)

ROLE_CHOICES = [(role.value, label) for role, label in MEMBER_ROLES.items()]


def _at_most(characters: int) -> Length:
    return Length(max=characters, message=lazy("%(max)d文字以内で入力してください。"))


class Boxes(SelectMultipleField):
    """Several of a few choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CountField(Field):
    """A whole number, with 全角 digits taken as well; blank is unknown."""

    widget = NumberInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = _half_width(valuelist).removesuffix("人")
        if not typed:
            return
        try:
            self.data = csv.whole(typed)
        except csv.BadCell:
            raise ValueError(_("数字で入力してください。例：25")) from None


def _half_width(valuelist: list[str]) -> str:
    return unicodedata.normalize("NFKC", text.one_line(valuelist[0])) if valuelist else ""


class ProfileForm(Form):
    """What the owner of a group may change."""

    law_fields = Boxes(
        lazy("活動の分野"),
        [Required(lazy("活動の分野を1つ以上選んでください。"))],
        choices=choices((str(number), label) for number, label in LAW_FIELDS.items()),
    )
    purpose = CleanArea(lazy("目的"), [_at_most(1000)])
    activity = CleanArea(lazy("活動の内容"), [_at_most(2000)])
    representative = CleanField(lazy("代表者の名前"), [_at_most(100)])
    phone = PhoneField(lazy("電話番号"), [Optional()])
    email = EmailField(lazy("メールアドレス"), [Optional()])
    website = CleanField(lazy("ホームページ"), [Optional(), _at_most(300)])
    founded_on = DayField(lazy("設立日"), [Optional()])
    members = CountField(lazy("会員の数"), [Optional()])
    public_items = Boxes(lazy("公開する項目"), choices=choices(PUBLIC_ITEM_LABELS.items()))

    def validate_website(self, field: CleanField) -> None:
        """An address of the web, nothing that a browser would run."""
        if not is_website(field.data):
            raise ValidationError(_("https://で始まるURLを入力してください。"))

    def profile(self) -> Profile:
        """What was typed."""
        return Profile(
            law_fields=tuple(self.law_fields.data),
            representative=self.representative.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
            founded_on=self.founded_on.data,
            members=self.members.data,
            website=self.website.data or "",
            purpose=self.purpose.data or "",
            activity=self.activity.data or "",
            public_items=tuple(self.public_items.data or ()),
        )


class GroupKanaField(KanaField):
    """ふりがな of a group, in which digits may stand."""

    def pre_validate(self, form: Form) -> None:
        if self.data and not is_kana(self.data):
            raise ValidationError(_("ふりがなは、ひらがなで入力してください。"))


class GroupForm(ProfileForm):
    """An entry of the register, for staff."""

    name = CleanField(
        lazy("団体の名前"),
        [Required(lazy("団体の名前を入力してください。")), _at_most(100)],
    )
    kana = GroupKanaField(lazy("ふりがな"), [Optional(), _at_most(200)])
    kind = SelectField(
        lazy("団体の種類"),
        [Required(lazy("団体の種類を選んでください。"))],
        choices=choices((kind.value, label) for kind, label in GROUP_KINDS.items()),
        default=GroupKind.PURPOSE.value,
    )
    legal_form = SelectField(
        lazy("法人格"),
        choices=choices([("", lazy("未記入")), *((form, form) for form in LEGAL_FORMS)]),
    )
    status = SelectField(
        lazy("登録の状態"),
        [Required(lazy("登録の状態を選んでください。"))],
        choices=choices((status.value, label) for status, label in GROUP_STATUSES.items()),
        default=GroupStatus.REGISTERED.value,
    )
    registered_on = DayField(lazy("登録日"), [Optional()])
    ended_on = DayField(lazy("終了日"), [Optional()])

    def blame(self, refusal: GroupRefused) -> None:
        """Show what the register refuses beside the field that it is about."""
        field = self.name if isinstance(refusal, NameTaken) else self.ended_on
        self.refuse(explain(refusal), field)

    def registration(self) -> Registration:
        """What was typed."""
        return Registration(
            name=self.name.data,
            kind=GroupKind(self.kind.data),
            kana=self.kana.data or "",
            legal_form=self.legal_form.data or "",
            status=GroupStatus(self.status.data),
            registered_on=self.registered_on.data,
            ended_on=self.ended_on.data,
        )


class MemberRoleForm(Form):
    role = SelectField(
        lazy("役割"),
        [Required(lazy("役割を選んでください。"))],
        choices=choices(ROLE_CHOICES),
        default=MemberRole.EDITOR.value,
        validate_choice=False,  # WTForms' own words for it are not ours
    )

    def validate_role(self, field: SelectField) -> None:
        """Only the roles there are."""
        if field.data not in set(MemberRole):
            raise ValidationError(_("役割を選んでください。"))

    @property
    def chosen(self) -> MemberRole:
        return MemberRole(self.role.data)


class MemberForm(MemberRoleForm):
    """Somebody new who is to act for a group."""

    email = EmailField(
        lazy("メールアドレス"), [Required(lazy("メールアドレスを入力してください。"))]
    )
