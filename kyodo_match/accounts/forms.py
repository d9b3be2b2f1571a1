"""Forms of people and rights. What a form does not list cannot be changed through it."""

from wtforms import PasswordField, SelectField, ValidationError
from wtforms.validators import Length

from kyodo_match.accounts.messages import ROLES
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.i18n import _, lazy
from kyodo_match.web.forms import CleanField, EmailField, Form, Required, choices

_LONGEST_NAME = 100
ROLE_CHOICES = [(role.value, ROLES[role]) for role in StaffRole]


class SignInForm(Form):
    email = EmailField(
        lazy("メールアドレス"), [Required(lazy("メールアドレスを入力してください。"))]
    )
    password = PasswordField(
        lazy("パスワード"), [Required(lazy("パスワードを入力してください。"))]
    )


class ForgottenForm(Form):
    email = EmailField(
        lazy("メールアドレス"), [Required(lazy("メールアドレスを入力してください。"))]
    )


class NewPasswordForm(Form):
    """For somebody whose name we know."""

    password = PasswordField(
        lazy("新しいパスワード"), [Required(lazy("パスワードを入力してください。"))]
    )


class InvitationForm(NewPasswordForm):
    """For somebody who comes for the first time."""

    name = CleanField(
        lazy("お名前"),
        [
            Required(lazy("お名前を入力してください。")),
            Length(max=_LONGEST_NAME, message=lazy("お名前は100文字以内で入力してください。")),
        ],
    )


class RoleForm(Form):
    role = SelectField(
        lazy("役割"),
        [Required(lazy("役割を選んでください。"))],
        choices=choices(ROLE_CHOICES),
        validate_choice=False,  # WTForms' own words for it are not ours
    )

    def validate_role(self, field: SelectField) -> None:
        """Only the roles there are."""
        if field.data not in set(StaffRole):
            raise ValidationError(_("役割を選んでください。"))

    @property
    def chosen(self) -> StaffRole:
        return StaffRole(self.role.data)


class StaffInvitationForm(RoleForm):
    email = EmailField(
        lazy("メールアドレス"), [Required(lazy("メールアドレスを入力してください。"))]
    )
