"""申込み: the labels of every state and choice."""

from collections.abc import Sequence

from kyodo_match.core.i18n import _, lazy
from kyodo_match.opportunities.models import Role
from kyodo_match.signups.outbox.words import people_words
from kyodo_match.signups.rules import (
    AgeGroup,
    Channel,
    ReplyKind,
    Residency,
    SignupStatus,
    Support,
)

_STATUS = {
    SignupStatus.CONFIRMED: lazy("参加決定"),
    SignupStatus.WAITLISTED: lazy("キャンセル待ち"),
    SignupStatus.AWAITING_APPROVAL: lazy("団体の確認待ち"),
    SignupStatus.ENTERED: lazy("抽選待ち"),
    SignupStatus.NOT_SELECTED: lazy("今回はご参加いただけません"),
    SignupStatus.OFFERED: lazy("繰上げのご案内中"),
    SignupStatus.DECLINED: lazy("辞退"),
    SignupStatus.EXPIRED: lazy("ご案内の期限切れ"),
    SignupStatus.AWAITING_ANSWER: lazy("変更の確認待ち"),
    SignupStatus.CANCELLED: lazy("取消し"),
}
# The sign and colour beside the word: see components/page.html, status.
_SIGN = {
    SignupStatus.CONFIRMED: "done",
    SignupStatus.WAITLISTED: "waiting",
    SignupStatus.AWAITING_APPROVAL: "waiting",
    SignupStatus.ENTERED: "waiting",
    SignupStatus.OFFERED: "few",
    SignupStatus.AWAITING_ANSWER: "few",
    SignupStatus.DECLINED: "closed",
    SignupStatus.EXPIRED: "closed",
    SignupStatus.NOT_SELECTED: "closed",
    SignupStatus.CANCELLED: "cancelled",
}
_CHANNEL = {
    Channel.WEB: lazy("ウェブ"),
    Channel.PHONE: lazy("電話"),
    Channel.COUNTER: lazy("窓口"),
    Channel.PAPER: lazy("申込書（郵送・ファクス）"),
    Channel.WALK_IN: lazy("当日受付"),
}
_AGE_GROUP = {
    AgeGroup.PRESCHOOL: lazy("小学校に入る前"),
    AgeGroup.ELEMENTARY: lazy("小学生"),
    AgeGroup.JUNIOR_HIGH: lazy("中学生"),
    AgeGroup.HIGH_SCHOOL: lazy("高校生年代（15〜17歳）"),
    AgeGroup.FROM_18_TO_39: lazy("18〜39歳"),
    AgeGroup.FROM_40_TO_64: lazy("40〜64歳"),
    AgeGroup.FROM_65: lazy("65歳以上"),
}
_RESIDENCY = {
    Residency.RESIDENT: lazy("市内に住んでいる"),
    Residency.WORKER: lazy("市内で働いている"),
    Residency.STUDENT: lazy("市内の学校に通っている"),
    Residency.OTHER: lazy("どれでもない（市外の方など）"),
}
_SUPPORT = {
    Support.WHEELCHAIR: lazy("車いすを使う"),
    Support.SIGN_LANGUAGE: lazy("手話通訳がほしい"),
    Support.WRITING: lazy("筆談をしたい"),
    Support.COMPANION: lazy("付き添いの人といっしょに行く"),
    Support.CALL_ME: lazy("電話で相談したい"),
}
_ACTION = {
    "signup.confirmed": lazy("参加が決まった"),
    "signup.waitlisted": lazy("キャンセル待ちで受け付けた"),
    "signup.entered": lazy("抽選の申込みを受け付けた"),
    "signup.entry-changed": lazy("抽選の申込みの内容を変えた"),
    "signup.facts-changed": lazy("抽選の区分の情報を確かめた"),
    "signup.walk-in": lazy("当日受付で加わった"),
    "signup.awaiting_answer": lazy("変更を知らせ、返事をお願いした"),
    "signup.asked-again": lazy("変更を知らせ、もう一度返事をお願いした"),
    "signup.awaiting_approval": lazy("団体の確認待ちで受け付けた"),
    "signup.not_selected": lazy("今回は参加できないことになった"),
    "signup.asked": lazy("団体が質問した"),
    "signup.question-repeated": lazy("質問への返事を、もう一度お願いした"),
    "signup.question-answered": lazy("質問への返事を受け付けた"),
    "signup.group-reminded": lazy("団体に返事をお願いした"),
    "signup.displaced": lazy("中止になった日から、別の日に移った"),
    "signup.offered": lazy("繰上げを案内した"),
    "signup.declined": lazy("案内を辞退した"),
    "signup.expired": lazy("案内の期限が過ぎた"),
    "signup.cancelled": lazy("申込みを取り消した"),
    "signup.participant-cancelled": lazy("参加者1人を取り消した"),
    "signup.participant-replaced": lazy("参加者を入れ替えた"),
    "signup.participant-added": lazy("参加者を加えた"),
    "signup.contact-changed": lazy("連絡先を変えた"),
    "signup.access-renewed": lazy("暗証番号とリンクを新しくした"),
    "signup.note-read": lazy("連絡事項を見た"),
}


def status_label(status: SignupStatus) -> str:
    """How a state is called on the screen."""
    return str(_STATUS[status])


def status_sign(status: SignupStatus) -> str:
    """Which badge a state has."""
    return _SIGN.get(status, "neutral")


def channel_label(channel: Channel) -> str:
    """The way an application came in."""
    return str(_CHANNEL[channel])


def age_group_label(age_group: AgeGroup) -> str:
    """年代, as forms and lists print it."""
    return str(_AGE_GROUP[age_group])


def ages_text(min_age: int | None, max_age: int | None) -> str:
    """18歳以上, 12歳まで, 6〜12歳: for whom an opportunity is."""
    if min_age is not None and max_age is not None:
        return _("%(least)s〜%(most)s歳", least=min_age, most=max_age)
    if min_age is not None:
        return _("%(least)s歳以上", least=min_age)
    return _("%(most)s歳まで", most=max_age)


def residencies_text(residencies: Sequence[str]) -> str:
    """Who may take part, by ties to the city; nothing where everybody may."""
    return "、".join(residency_label(Residency(one)) for one in residencies)


def residency_label(residency: Residency) -> str:
    """How a person is tied to the city."""
    return str(_RESIDENCY[residency])


def support_label(support: str) -> str:
    """A wish for support; what a later version stored is shown as it is."""
    return str(_SUPPORT[Support(support)]) if support in set(Support) else support


def action_label(action: str) -> str:
    """A line of a sign-up's history."""
    return str(_ACTION.get(action, action))


def role_words(role: Role, *, unit: str) -> str:
    """A role as one may choose it, with what is still free."""
    free = _("あと%(n)s", n=f"{role.free}{unit}") if role.free else _("いまは空きがありません")
    words = _("%(name)s（%(free)s）", name=role.name, free=free)
    return f"{words}　{role.note}" if role.note else words


_REPLIES = {
    ReplyKind.ACCEPT: lazy(
        "お申込みありがとうございます。ごいっしょに活動できることを楽しみにしています。\n"
        "当日は、集合の時刻までにお越しください。分からないことは、当日の連絡先へお電話ください。"
    ),
    ReplyKind.DECLINE: lazy(
        "お申込みありがとうございました。今回は、募集している内容とご希望が合わないため、"
        "お願いできません。次の募集も、ぜひご覧ください。"
    ),
    ReplyKind.ASK: lazy(
        "お申込みありがとうございます。受け入れの準備のため、次のことを教えてください。\n"
    ),
}


def reply_text(kind: ReplyKind) -> str:
    """What an answer says where the group has no words of its own."""
    return str(_REPLIES[kind])


# What templates call them: `{{ status | signup_status_label }}`.
FILTERS = {
    "signup_status_label": status_label,
    "signup_status_sign": status_sign,
    "channel_label": channel_label,
    "age_group_label": age_group_label,
    "residency_label": residency_label,
    "residencies_text": residencies_text,
    "support_label": support_label,
    "people_words": people_words,
    "signup_action_label": action_label,
}
