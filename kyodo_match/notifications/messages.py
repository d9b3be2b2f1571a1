"""The words of delivery: states, outcomes, what a call is about, and refusals."""

from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.notifications.errors import CallClosed, NotToBeRetried
from kyodo_match.notifications.rules import CallOutcome, MessageState

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
    CallOutcome.REACHED: lazy("つながった"),
    CallOutcome.UNREACHED: lazy("つながらなかった（またかける）"),
    CallOutcome.NOT_NEEDED: lazy("電話は不要になった"),
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
    "mail_failed": lazy("メールが届かなかった方へ"),
}


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


@explain.register
def _not_to_be_retried(_error: NotToBeRetried) -> str:
    return _("このメールは、もう一度送る必要がありません。状態を確かめてください。")


@explain.register
def _call_closed(_error: CallClosed) -> str:
    return _("この電話は、ほかの方が先に記録しました。一覧を確かめてください。")
