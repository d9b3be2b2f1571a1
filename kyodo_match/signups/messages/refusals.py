"""申込み: the words for what is refused."""

from kyodo_match.core import dates
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.signups import errors
from kyodo_match.signups.messages.labels import (
    age_group_label,
    ages_text,
    residency_label,
    status_label,
)
from kyodo_match.signups.rules import (
    AgeGroup,
    Residency,
    SignupStatus,
)


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
def _only_escorts(_error: errors.OnlyEscorts) -> str:
    return _("付き添いの方だけでは申し込めません。参加する方（お子さんなど）を入力してください。")


@explain.register
def _too_many_escorts(_error: errors.TooManyEscorts) -> str:
    return _(
        "付き添いの方は、参加する方1人につき1人までです。"
        "ほかの方は、参加する方として申し込んでください。"
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
def _capacity_is_of_roles(error: errors.CapacityIsOfRoles) -> str:
    return _(
        "この日程の定員は、役割の人数の合計（%(heads)s）です。役割ごとの人数を変えてください。",
        heads=error.heads,
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
def _capacity_announced(error: errors.CapacityAnnounced) -> str:
    return _(
        "定員を%(capacity)s人にはできません。抽選の席の数を%(announced)s人と公表しているためです。"
        "結果の発表まで、これより少なくはできません。",
        capacity=error.capacity,
        announced=error.announced,
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
