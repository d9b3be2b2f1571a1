"""What an error page says, and what waits on a desk: what happened, and what to do next."""

from dataclasses import dataclass

from kyodo_match.core import dates
from kyodo_match.core.i18n import _, lazy
from kyodo_match.pages.queries import Late, Task, Waiting, Work


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


@dataclass(frozen=True)
class Words:
    """One line of the desk: what waits, what to do about it, and where."""

    title: str
    line: str
    href: str


_TASKS = {
    Waiting.CALLS_OVERDUE: (
        lazy("期限を過ぎた電話 %(n)s件"),
        lazy("いまの状態を確かめて、先にかけてください。"),
        "/staff/phone-calls?view=overdue",
    ),
    Waiting.ANSWERS_OVERDUE: (
        lazy("返事の期限を過ぎた申込み %(n)s件"),
        lazy("変更や抽選のお知らせに、まだ返事がありません。電話で確かめてください。"),
        "/staff/signups?status=awaiting_answer",
    ),
    Waiting.APPROVALS: (
        lazy("団体の返事を待っている申込み %(n)s件"),
        lazy("3日をこえたか、活動の日が近いものです。団体か申し込んだ方に電話してください。"),
        "/staff/approvals",
    ),
    Waiting.MAIL_FAILED: (
        lazy("送れないメール %(n)s通"),
        lazy("理由を読んで、もう一度送るか、電話でお伝えください。"),
        "/staff/outbox?state=failed",
    ),
    Waiting.OUT_OF_REACH: (
        lazy("メールが届かない職員・団体の方 %(n)s人"),
        lazy(
            "前にメールが戻ってきたため、送っていません。本人に、正しいアドレスを聞いてください。"
        ),
        "/staff/outbox?state=suppressed",
    ),
    Waiting.CALLS: (
        lazy("電話する方 %(n)s件"),
        lazy("メールのない方、メールが届かなかった方です。"),
        "/staff/phone-calls",
    ),
    Waiting.ROUNDS_CLOSED: (
        lazy("締め切った抽選 %(n)s件"),
        lazy("申込みの内容を確かめて、名簿を確定してください。"),
        "/staff/rounds",
    ),
    Waiting.SUBMITTED: (
        lazy("確認待ちの募集 %(n)s件"),
        lazy("読んで、公開するか、直すところを伝えてください。"),
        "/staff/opportunities?status=submitted",
    ),
    Waiting.CHANGED: (
        lazy("公開後に変わった募集 %(n)s件"),
        lazy("団体が直したところを確かめてください。"),
        "/staff/opportunities/changes",
    ),
    Waiting.DRAWS: (
        lazy("することのある抽選 %(n)s件"),
        lazy("公開の抽選、結果の発表、人数が足りない日程の判断のどれかです。"),
        "/staff/rounds",
    ),
    Waiting.FEW_PEOPLE: (
        lazy("人数が足りない日程 %(n)s件"),
        lazy("7日以内の日程のうち、開催に必要な人数に届いていないものです。"),
        "#coming",
    ),
    Waiting.HELP_ASKED: (
        lazy("団体からの人集めの相談 %(n)s件"),
        lazy("合いそうな方を探して、お声がけしてください。"),
        "/staff/matching",
    ),
    Waiting.PROPOSED: (
        lazy("確認待ちのお声がけの案 %(n)s件"),
        lazy("1件ずつ確かめて、お声がけするか、やめるかを決めてください。"),
        "/staff/matching/proposals",
    ),
    Waiting.UNMARKED: (
        lazy("実績が未記入の日 %(n)s日"),
        lazy("来た方が書かれるまで、計画の実績に数えられません。"),
        "/staff/unmarked",
    ),
    Waiting.HOURS: (
        lazy("団体の確認を待っている活動時間 %(n)s件"),
        lazy("7日以上待っています。団体に電話するか、代わりに確認してください。"),
        "/staff/hours",
    ),
}


def task_words(task: Task) -> Words:
    """The words for what waits; a number of them, what to do, and the page where it is done."""
    title, line, href = _TASKS[task.waiting]
    words = str(line)
    if task.part:
        words += _("このうち%(n)s件は、つながらなかった方です。", n=task.part)
    if task.since and task.waiting is Waiting.APPROVALS:
        words += _("いちばん長い方は、%(when)sから待っています。", when=dates.moment(task.since))
    elif task.since and task.waiting is Waiting.HOURS:
        since = dates.moment(task.since)
        words += _("いちばん早いものは、%(when)sに記録されました。", when=since)
    elif task.since:
        words += _("いちばん早いものは、%(when)sに提出されました。", when=dates.moment(task.since))
    return Words(str(title) % {"n": task.number}, words, href)


def late_words(late: Late) -> str:
    """Due work that was left lying, in one sentence."""
    match late.work:
        case Work.MAIL:
            since = dates.moment(late.since) if late.since else ""
            return _("%(since)sから送信を待っているメールがあります。", since=since)
        case Work.OFFERS:
            return _(
                "期限を過ぎた繰上げのご案内が%(n)s件、終わらずに残っています。", n=late.number
            )
        case Work.REMINDERS:
            return _("%(n)s日程の、前もってのご案内がまだ送られていません。", n=late.number)
