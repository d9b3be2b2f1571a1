"""What an error page says: what happened, and what to do next."""

from dataclasses import dataclass

from kyodo_match.core.i18n import _


@dataclass(frozen=True)
class Failure:
    """The words of one error page."""

    title: str
    lines: tuple[str, ...]


def failure(status: int) -> Failure:
    """The words for a status; one that has none of its own gets those of its kind."""
    known = {
        400: (
            _("ページを開けませんでした"),
            _("アドレスか、送られた内容を読み取れませんでした。"),
            _("前のページに戻って、もう一度お試しください。"),
        ),
        403: (
            _("このページは開けません"),
            _("サインインしている方の役割では、このページを使えません。"),
            _("必要なときは、役割を決めている担当者にお問い合わせください。"),
        ),
        404: (
            _("ページが見つかりません"),
            _("アドレスが間違っているか、ページがなくなりました。"),
            _("募集は、終わると一覧から消えることがあります。"),
        ),
        405: (
            _("この操作はできません"),
            _("ボタンを使わずにアドレスを開いたようです。"),
            _("前のページに戻って、画面のボタンを押してください。"),
        ),
        409: (
            _("いまの状態では、この操作はできません"),
            _("前のページに戻って、いまの状態を確かめてください。"),
        ),
        413: (
            _("送られた内容が大きすぎます"),
            _("前のページに戻って、文章を短くするか、ファイルを小さくしてください。"),
        ),
        429: (
            _("回数の上限に達しました"),
            _("しばらく待ってから、もう一度お試しください。"),
        ),
        503: (
            _("ただいま混み合っています"),
            _("まだ何も受け付けていません。少し待ってから、もう一度お試しください。"),
        ),
    }  # fmt: skip
    if status not in known and status < 500:  # noqa: PLR2004 - where the server's own errors begin
        status = 400
    title, *lines = known.get(
        status,
        (
            _("システムの不具合で、ページを表示できませんでした"),
            _("申し訳ありません。不具合は記録され、担当者が確かめます。"),
            _("急ぐときは、市役所へお電話ください。"),
        ),
    )
    return Failure(title, tuple(lines))


def forged() -> Failure:
    """A form whose token is missing, old or another browser's."""
    return Failure(
        _("入力の画面を、もう一度開いてください"),
        (
            _("安全のための確認ができなかったため、まだ何も受け付けていません。"),
            _(
                "ブラウザーの「戻る」で入力の画面に戻り、その画面を読み込み直してから、"
                "もう一度送ってください。入力した内容は、残っていることがあります。"
            ),
            _(
                "何度も続くときは、ブラウザーの設定でCookie（クッキー）を使えるようにしてください。"
            ),
        ),
    )
