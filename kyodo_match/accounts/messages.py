"""The words of people and rights."""

from kyodo_match.accounts import errors
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain

ROLES = {
    StaffRole.VIEWER: lazy("閲覧"),
    StaffRole.COORDINATOR: lazy("コーディネーター"),
    StaffRole.ADMIN: lazy("管理者"),
}


def role_label(role: StaffRole) -> str:
    """職員の役割 as the screen names it."""
    return str(ROLES[role])


@explain.register
def _wrong_credentials(_error: errors.WrongCredentials) -> str:
    return _("メールアドレスかパスワードが違います。もう一度確かめて入力してください。")


@explain.register
def _link_unusable(_error: errors.LinkUnusable) -> str:
    return _("このリンクは使えません。期限が切れたか、すでに使われています。")


@explain.register
def _password_too_short(error: errors.PasswordTooShort) -> str:
    return _("パスワードは%(n)s文字以上にしてください。", n=error.shortest)


@explain.register
def _password_too_long(error: errors.PasswordTooLong) -> str:
    return _("パスワードは%(n)s文字以内にしてください。", n=error.longest)


@explain.register
def _password_too_common(_error: errors.PasswordTooCommon) -> str:
    return _(
        "このパスワードは、推測されやすいため使えません。"
        "関係のない言葉をいくつかつなげるなど、別のものにしてください。"
    )


@explain.register
def _name_missing(_error: errors.NameMissing) -> str:
    return _("お名前を入力してください。")


@explain.register
def _last_admin(_error: errors.LastAdmin) -> str:
    return _(
        "最後の管理者です。役割の変更や終了の前に、ほかの方を管理者にして、"
        "パスワードの設定まで済ませてください。"
    )


@explain.register
def _no_address(error: errors.NoAddress) -> str:
    return _("メールアドレスを確かめてください（%(typed)s）。", typed=error.typed)
