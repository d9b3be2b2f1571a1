"""申込み: the words for what is refused, and the labels of every state and choice."""

from collections.abc import Sequence

from kyodo_match.core import dates
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.models import Role
from kyodo_match.signups import errors
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
    "signup_action_label": action_label,
}


@explain.register
def _edge_not_drawn(_error: errors.EdgeNotDrawn) -> str:
    return _("申込みの状態が変わったため、この操作はできません。ページを開き直してください。")


@explain.register
def _not_yet_open(error: errors.NotYetOpen) -> str:
    return _(
        "申込みはまだ始まっていません。%(when)sから受け付けます。",
        when=dates.moment(error.opens_at),
    )


@explain.register
def _applications_closed(error: errors.ApplicationsClosed) -> str:
    return _(
        "申込みは%(when)sに締め切りました。ほかの日程をご覧ください。",
        when=dates.moment(error.closed_at),
    )


@explain.register
def _drawn_by_lot(_error: errors.DrawnByLot) -> str:
    return _(
        "この日程は抽選で決めます。先着順の申込みは受け付けていません。"
        "日程のページの「抽選に申し込む」から申し込んでください。"
    )


@explain.register
def _in_draw_still(_error: errors.InDrawStill) -> str:
    return _(
        "この申込みは抽選を待っています。申込みの確認ページの"
        "「希望や参加する方を変える」から変えてください。"
    )


@explain.register
def _slot_not_held(_error: errors.SlotNotHeld) -> str:
    return _("この日程は中止になりました。ほかの日程をご覧ください。")


@explain.register
def _full(error: errors.Full) -> str:
    if error.free:
        return _(
            "%(party)s人分の空きがありません（空きは%(free)s人分）。"
            "人数を減らすか、ほかの日程をお選びください。",
            party=error.party,
            free=error.free,
        )
    return _("満員です。キャンセル待ちも受け付けていません。ほかの日程をお選びください。")


@explain.register
def _party_too_large(error: errors.PartyTooLarge) -> str:
    return _(
        "一度に申し込めるのは、申し込む方を含めて%(limit)s人までです（今は%(party)s人）。"
        "人数を減らすか、分けて申し込んでください。",
        limit=error.limit,
        party=error.party,
    )


@explain.register
def _nobody_takes_part(_error: errors.NobodyTakesPart) -> str:
    return _(
        "参加する方がいません。参加する方のお名前を「いっしょに参加する方」に入力してください。"
    )


@explain.register
def _same_person_twice(_error: errors.SamePersonTwice) -> str:
    return _("同じ方が2回入力されています。1人につき1回だけ入力してください。")


@explain.register
def _not_of_age(error: errors.NotOfAge) -> str:
    return _(
        "この活動は%(ages)sの方が対象です。「%(age_group)s」の方は参加できません。",
        ages=ages_text(error.min_age, error.max_age),
        age_group=age_group_label(AgeGroup(error.age_group)),
    )


@explain.register
def _not_of_residency(error: errors.NotOfResidency) -> str:
    return _(
        "この活動は「%(who)s」方が対象です。ほかの活動をお選びください。",
        who="」「".join(residency_label(Residency(one)) for one in error.residencies),
    )


@explain.register
def _role_gone(_error: errors.RoleGone) -> str:
    return _("選んだ役割は、なくなりました。ほかの役割を選んでください。")


@explain.register
def _role_full(error: errors.RoleFull) -> str:
    return _(
        "空きが足りません（申込みは%(party)s、空きは%(free)s）。"
        "ほかの役割を選ぶか、「空きがないときはキャンセル待ちにする」を選んでください。",
        party=error.party,
        free=error.free,
    )


@explain.register
def _role_below_taken(error: errors.RoleBelowTaken) -> str:
    return _(
        "「%(name)s」は、すでに決まっている参加者が%(by)s多くなります。%(taken)s以上にしてください。",
        name=error.name,
        by=error.by,
        taken=error.taken,
    )


@explain.register
def _role_wanted(error: errors.RoleWanted) -> str:
    return _(
        "「%(name)s」には、返事や空きを待っている申込みが%(n)s件あります。なくす前に返事をしてください。",
        name=error.name,
        n=error.parties,
    )


@explain.register
def _not_awaiting(error: errors.NotAwaitingApproval) -> str:
    status = status_label(SignupStatus(error.status))
    return _("この申込みは、もう「%(status)s」になっています。", status=status)


@explain.register
def _question_open(_error: errors.QuestionOpen) -> str:
    return _("前の質問の返事を待っています。返事が来てから、次の質問をしてください。")


@explain.register
def _nobody_asked(_error: errors.NobodyAsked) -> str:
    return _("この質問には、もう返事をいただいています。")


@explain.register
def _already_signed_up(_error: errors.AlreadySignedUp) -> str:
    return _(
        "この日程には、同じ方の申込みをすでに受け付けています。受付番号と確認ページのご案内を、"
        "もう一度お送りしました。メールアドレスのない方には、お電話でお知らせします。"
    )


@explain.register
def _offer_over(_error: errors.OfferOver) -> str:
    return _("このご案内は終わっています（お返事が済んでいるか、期限を過ぎました）。")


@explain.register
def _nothing_to_cancel(_error: errors.NothingToCancel) -> str:
    return _("この申込みは、すでに終わっています。取り消すものはありません。")


@explain.register
def _not_live(_error: errors.NotLive) -> str:
    return _("この申込みは、すでに終わっているため、変えられません。")


@explain.register
def _nothing_to_answer(_error: errors.NothingToAnswer) -> str:
    return _("お返事は、すでに受け付けています。いまの状態をご確認ください。")


@explain.register
def _answer_first(_error: errors.AnswerFirst) -> str:
    return _("先に、ご案内へのお返事をお願いします。人数を増やせるのは、参加が決まったあとです。")


@explain.register
def _no_place_to_add(error: errors.NoPlaceToAdd) -> str:
    if error.somebody_waits:
        return _(
            "先に席を待っている方がいるため、人数は増やせません。"
            "増やしたい方の分は、新しく申し込むと、キャンセル待ちに加われます。"
        )
    return _("空きがないため、人数は増やせません。")


@explain.register
def _waitlist_full(_error: errors.WaitlistFull) -> str:
    return _("キャンセル待ちがいっぱいのため、人数は増やせません。")


@explain.register
def _no_contact(_error: errors.NoContact) -> str:
    return _("メールアドレスか電話番号の、どちらか1つは残してください。")


@explain.register
def _people_came(error: errors.PeopleCame) -> str:
    return _(
        "この日に来た方が%(n)s人、記録されています。催しを開いた日は、中止にできません。"
        "記録がまちがいのときは、受付のページで「未記入」に戻してください。",
        n=error.people,
    )


@explain.register
def _activity_begun(error: errors.ActivityBegun) -> str:
    return _(
        "活動は%(when)sに始まりました。当日の受付にお声がけください。",
        when=dates.moment(error.starts_at),
    )


@explain.register
def _capacity_below_minimum(error: errors.CapacityBelowMinimum) -> str:
    return _(
        "定員を%(capacity)sにはできません。開催に必要な人数（%(minimum)s）より%(by)s少ないためです。",
        capacity=error.capacity,
        minimum=error.minimum,
        by=error.minimum - error.capacity,
    )


@explain.register
def _nothing_changed(_error: errors.NothingChanged) -> str:
    return _("日時も場所も、今と同じです。変えるところを入力してください。")


@explain.register
def _look_up_failed(_error: errors.LookUpFailed) -> str:
    return _(
        "受付番号か暗証番号が違います。確認のメールや、控えの用紙をご覧になって、"
        "もう一度入力してください。"
    )


@explain.register
def _slot_unknown(_error: errors.SlotUnknown) -> str:
    return _("slot_id: この番号の日程はありません")


@explain.register
def _already_on_file(error: errors.AlreadyOnFile) -> str:
    if error.line:
        return _("%(line)s行目と同じ方です。1つの日程に1回だけ書いてください。", line=error.line)
    return _(
        "この日程には、同じ方の申込み（%(number)s）がすでにあります。この行を消してください。",
        number=error.number,
    )


@explain.register
def _lines_refused(error: errors.LinesRefused) -> str:
    return "\n".join(f"{line}: {explain(refusal)}" for line, refusal in error.refused)
