"""The forms by which somebody gets to their own application."""

from kyodo_match.core.i18n import lazy
from kyodo_match.signups.forms.fields import LONGEST_MAIL, at_most
from kyodo_match.web.forms import (
    CleanField,
    EmailField,
    Form,
    Required,
)


class LookUpForm(Form):
    """受付番号と暗証番号: for those without e-mail."""

    number = CleanField(lazy("受付番号"), [Required(lazy("受付番号を入力してください。"))])
    pin = CleanField(lazy("暗証番号"), [Required(lazy("暗証番号を入力してください。"))])


class ResendForm(Form):
    """The link once more, to an address that is already known."""

    email = EmailField(
        lazy("申込みのときのメールアドレス"),
        [Required(lazy("メールアドレスを入力してください。")), at_most(LONGEST_MAIL)],
    )
