"""The words of delivery: states, outcomes, what a call is about, and refusals."""

import re
from datetime import datetime, timedelta

from kyodo_match.core import dates
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.notifications.errors import (
    CallClosed,
    CallTriedMeanwhile,
    NoSuchMail,
    NotAReport,
    NotSentYet,
    NotToBeRetried,
)
from kyodo_match.notifications.rules import CallOutcome, CallView, MessageState

_STATES = {
    MessageState.QUEUED: lazy("送信待ち"),
    MessageState.SENDING: lazy("送信中"),
    MessageState.SENT: lazy("送信済み"),
    MessageState.RETRY: lazy("再送待ち"),
    MessageState.FAILED: lazy("送れませんでした"),
    MessageState.SUPPRESSED: lazy("送信しません"),
}
_SIGNS = {
    MessageState.QUEUED: "waiting",
    MessageState.SENDING: "waiting",
    MessageState.SENT: "done",
    MessageState.RETRY: "few",
    MessageState.FAILED: "cancelled",
    MessageState.SUPPRESSED: "closed",
}
_OUTCOMES = {
    CallOutcome.OPEN: lazy("これから電話"),
    CallOutcome.REACHED: lazy("話せた"),
    CallOutcome.UNREACHED: lazy("つながらなかった"),
    CallOutcome.NOT_NEEDED: lazy("電話は不要になった"),
}
_VIEWS = {
    CallView.TO_MAKE: lazy("これから電話"),
    CallView.OVERDUE: lazy("期限切れ"),
    CallView.UNTOUCHED: lazy("未着手"),
    CallView.DONE: lazy("済"),
    CallView.ALL: lazy("すべて"),
}
# What the calls are about; signups names its kinds, delivery adds the mail that failed.
_CALLS = {
    "signup-confirmed": lazy("参加決定のお知らせ"),
    "signup-waitlisted": lazy("キャンセル待ちのお知らせ"),
    "signup-offer": lazy("繰上げのご案内（返事を聞く）"),
    "signup-offer-expired": lazy("ご案内の期限切れ"),
    "signup-declined": lazy("辞退の確認"),
    "signup-cancelled": lazy("取消しの確認"),
    "signup-participant-cancelled": lazy("人数の変更の確認"),
    "signup-slot-cancelled": lazy("中止のお知らせ"),
    "signup-reminder": lazy("前日のご案内"),
    "signup-link": lazy("申込みの確認"),
    "signup-entered": lazy("抽選の申込みの受付"),
    "signup-entry-changed": lazy("抽選の申込みの変更"),
    "signup-round-extended": lazy("抽選の締切が延びたお知らせ"),
    "signup-round-moved": lazy("抽選の日時や場所が変わったお知らせ"),
    "signup-draw-placed": lazy("抽選の結果（参加決定）"),
    "signup-draw-asked": lazy("抽選の結果（返事を聞く）"),
    "signup-draw-waiting": lazy("抽選の結果（補欠）"),
    "signup-draw-not-selected": lazy("抽選の結果（今回は席なし）"),
    "signup-draw-answered": lazy("抽選の結果へのお返事の確認"),
    "signup-draw-answer-missing": lazy("抽選の結果へのお返事のお願い"),
    "signup-draw-day-cancelled": lazy("日程の1つが中止のお知らせ"),
    "signup-draw-day-changed": lazy("日程の1つの変更のお知らせ"),
    "signup-draw-moved": lazy("別の日程に決まったお知らせ"),
    "signup-changed": lazy("変更のお知らせ（返事を聞く）"),
    "signup-changed-waiting": lazy("変更のお知らせ"),
    "signup-answered": lazy("お返事の確認"),
    "signup-answer-missing": lazy("変更への返事を聞く"),
    "signup-contact-changed": lazy("連絡先の変更の確認"),
    "signup-party-changed": lazy("参加する方の変更の確認"),
    "signup-reminder-week": lazy("1週間前のご案内"),
    "signup-thanks": lazy("参加のお礼"),
    "signup-approval-received": lazy("申込みの受付の確認"),
    "signup-approved": lazy("参加決定のお知らせ（団体が確認）"),
    "signup-approval-declined": lazy("ご参加いただけないお知らせ"),
    "signup-approval-lapsed": lazy("返事が間に合わなかったおわび"),
    "signup-hours-returned": lazy("活動時間の差戻し"),
    "signup-inquiry": lazy("団体からの質問（返事を聞く）"),
    "volunteer-confirm": lazy("ボランティア登録の確認"),
    "volunteer-invitation-moved": lazy("お声がけした活動の変更（返事を聞く）"),
    "volunteer-invited": lazy("ボランティアのお声がけ（返事を聞く）"),
    "volunteer-known": lazy("ボランティア登録がお済みの方へ"),
    "mail_failed": lazy("メールが届かなかった方へ"),
}
# What the worker does, by the name of the job.
_JOBS = {
    "expire_offers": lazy("期限を過ぎた繰上げのご案内を終える"),
    "ask_again": lazy("変更への返事がない方に電話を立てる"),
    "remind": lazy("活動の前のご案内を作る"),
    "thank": lazy("参加のお礼を作る"),
    "remind_groups": lazy("返事をしていない団体にお知らせする"),
    "remind_asked": lazy("質問に返事のない方に、もう一度お知らせする"),
    "end_unanswered": lazy("返事が間に合わなかった申込みを終える"),
    "write_digests": lazy("団体への朝のお知らせを作る"),
    "remind_of_hours": lazy("活動時間の記録を団体にお願いする"),
    "forget_attempts": lazy("古い試行の記録を消す"),
    "forget_drafts": lazy("取り込まなかったファイルの内容を消す"),
    "lapse_proposals": lazy("返事のないお声がけを終える"),
    "forget_volunteers": lazy("確認のないボランティア登録を消す"),
    "forget_unconfirmed": lazy("確かめられなかった希望を消す"),
    "write_alerts": lazy("希望に合う日程のお知らせを作る"),
    "deliver_due": lazy("メールを送る"),
}
# Answers of mail servers, by RFC 3463 where they carry it: the first that fits is said.
_REASONS = (
    (
        r"5\.1\.[0-36]|no such user|user unknown|unknown user",
        lazy("宛先のメールアドレスがありません。"),
    ),
    (r"[45]\.2\.2|mailbox full|over quota", lazy("相手の受信箱がいっぱいです。")),
    (r"5\.7\.|spam|blocked|rejected", lazy("相手の設定で、市からのメールが断られました。")),
    (r"5\.3\.4|too large", lazy("相手が受け取れる大きさを超えています。")),
    (r"：5\d\d", lazy("相手のメールサーバーに断られました。")),
    (r"：4\d\d", lazy("相手のメールサーバーが、いまは受け取れません。")),
)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def state_label(state: MessageState) -> str:
    """What a state of a message is called."""
    return str(_STATES[state])


def state_sign(state: MessageState) -> str:
    """Which badge of the component `status` stands for a state of a message."""
    return _SIGNS[state]


def outcome_label(outcome: CallOutcome) -> str:
    """What came of a call."""
    return str(_OUTCOMES[outcome])


def call_label(kind: str) -> str:
    """What a call is about."""
    return str(_CALLS.get(kind, lazy("お知らせ")))


def view_label(view: CallView) -> str:
    """A view of the phone list."""
    return str(_VIEWS[view])


def job_label(name: str) -> str:
    """What a job of the worker does; one without words is called by its name."""
    return str(_JOBS.get(name, name))


def reason_words(error: str) -> str:
    """Why a mail did not arrive, for people; blank where the text itself is already words."""
    return next((str(said) for pattern, said in _REASONS if re.search(pattern, error.lower())), "")


def age_label(since: datetime, now: datetime) -> str:
    """How long ago something was: 「3時間前」."""
    age = now - since
    if age < _MINUTE:
        return _("たった今")
    if age < _HOUR:
        return _("%(n)s分前", n=age // _MINUTE)
    return _("%(n)s時間前", n=age // _HOUR) if age < _DAY else _("%(n)s日前", n=age // _DAY)


@explain.register
def _not_to_be_retried(_error: NotToBeRetried) -> str:
    return _("このメールは、もう一度送る必要がありません。状態を確かめてください。")


@explain.register
def _call_closed(error: CallClosed) -> str:
    return _(
        "この電話は、ほかの方が%(when)sに先に記録しました。下の記録を確かめてください。",
        when=dates.moment(error.at),
    )


@explain.register
def _call_tried_meanwhile(error: CallTriedMeanwhile) -> str:
    return _(
        "ほかの方が%(when)sに電話をかけました。下の記録を確かめて、"
        "それでも記録するときは、もう一度「記録する」を押してください。",
        when=dates.moment(error.at),
    )


@explain.register
def _not_a_report(_error: NotAReport) -> str:
    return _("届かなかったことの通知（RFC 3464の形式）ではないので、読めません。")


@explain.register
def _no_such_mail(_error: NoSuchMail) -> str:
    return _("この通知に合うメールは、送信の記録にありません。")


@explain.register
def _not_sent_yet(_error: NotSentYet) -> str:
    return _("まだ送っていないメールです。「戻ってきた」とは記録できません。")
