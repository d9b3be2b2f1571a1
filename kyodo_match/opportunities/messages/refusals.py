"""What a refusal says, and what to do beside a field."""

from kyodo_match.core import dates
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.opportunities import errors
from kyodo_match.opportunities.messages.changes import change_label
from kyodo_match.opportunities.messages.labels import mode_label, status_label
from kyodo_match.opportunities.rules import OpportunityStatus, SlotMode


def missing_text(name: str) -> str:
    """What to do about something that is missing, beside its field."""
    return {
        "description": _("内容を入力してください。"),
        "plain_fields": _("分野を1つ以上選んでください。"),
        "place": _("場所を入力してください。"),
        "fee": _("参加費を入力してください。かからないときは「無料」と入力してください。"),
        "bring": _("持ち物を入力してください。ないときは「なし」と入力してください。"),
        "rain": _("雨のときにどうするかを入力してください。"),
        "alone_welcome": _("おひとりでの参加を歓迎するかどうかを選んでください。"),
        "beginner_welcome": _("はじめての方を歓迎するかどうかを選んでください。"),
        "contact_name": _("問い合わせ先の名前を入力してください。"),
        "contact_phone": _("問い合わせ先の電話番号を入力してください。"),
        "slots": _("日程を1つ以上追加してください。"),
    }[name]


def fault_text(name: str) -> str:
    """What to do about a number or time of a day that contradicts another, beside its field."""
    return {
        "ends_at": _("終了は、開始より後の日時にしてください。"),
        "closes_at": _("受付の締切は、終了までの日時にしてください。"),
        "opens_at": _("受付の開始は、締切より前の日時にしてください。"),
        "cancel_until": _("取消しの期限は、開始までの日時にしてください。"),
        "capacity": _("定員は、1以上の数字で入力してください。"),
        "minimum": _("開催に必要な人数は、1から定員までの数字で入力してください。"),
        "party_limit": _("1回に申し込める人数は、1以上の数字で入力してください。"),
    }[name]


@explain.register
def _edge(error: errors.EdgeNotDrawn) -> str:
    if isinstance(error.old, OpportunityStatus) and isinstance(error.new, OpportunityStatus):
        return _(
            "「%(old)s」の募集を「%(new)s」にすることはできません。"
            "ほかの人が先に操作したかもしれません。ページを開き直してください。",
            old=status_label(error.old),
            new=status_label(error.new),
        )
    return _("今の状態では、その操作はできません。ページを開き直してください。")


@explain.register
def _incomplete(error: errors.Incomplete) -> str:
    return "".join(missing_text(name) for name in error.fields)


@explain.register
def _mode(error: errors.ModeNotYet) -> str:
    mode = mode_label(error.mode) if isinstance(error.mode, SlotMode) else str(error.mode)
    return _(
        "「%(mode)s」の日程は、抽選の回に入れて公開します。ここで公開するときは、"
        "日程の決め方を「先着順」か「団体の確認後に決定」に変えてください。",
        mode=mode,
    )


@explain.register
def _below(error: errors.CapacityBelowTaken) -> str:
    return _(
        "すでに決まっている参加者が定員より%(by)s多くなります。定員は%(taken)s以上にしてください。",
        by=error.by,
        taken=error.taken,
    )


@explain.register
def _past(error: errors.SlotPast) -> str:
    return _(
        "%(when)sに終わる日程は、もう変えられません。これからの日時にしてください。",
        when=dates.moment(error.ended_at),
    )


@explain.register
def _too_far(error: errors.SlotTooFar) -> str:
    return _(
        "日程は、%(day)sまで入力できます。年を確かめてください。", day=dates.day(error.latest)
    )


@explain.register
def _faulty(error: errors.SlotFaulty) -> str:
    return "".join(fault_text(name) for name in error.faults)


@explain.register
def _in_use(_error: errors.SlotInUse) -> str:
    return _(
        "この日程には申込みがあるため、ここでは日時・場所・定員・決め方の変更と削除はできません。"
        "日時や場所は「日時・場所を変える」から変えられます。参加者にお知らせが届きます。"
    )


@explain.register
def _place_counted_on(error: errors.PlaceCountedOn) -> str:
    return _(
        "この場所で行う日程のうち%(slots)s件に、申込みがあります。"
        "場所は「場所を変える」から変えてください。参加者にお知らせが届きます。",
        slots=error.slots,
    )


@explain.register
def _clash(error: errors.DaysClash) -> str:
    return _(
        "次の日程は、すでにある日程と時間が重なります：%(days)s。"
        "選ぶのをやめるか、時間を変えてください。",
        days="、".join(dates.moment(day) for day in error.days),
    )


@explain.register
def _no_days(_error: errors.NoDays) -> str:
    return _("追加する日を1つ以上選んでください。")


@explain.register
def _too_many_days(error: errors.TooManyDays) -> str:
    return _("一度に追加できるのは%(most)s日までです。期間を分けてください。", most=error.most)


@explain.register
def _nothing_coming(_error: errors.NoComingSlot) -> str:
    return _("これからの日程がないため、公開できません。日程を追加してください。")


@explain.register
def _not_editable(error: errors.NotEditable) -> str:
    status = status_label(error.status) if isinstance(error.status, OpportunityStatus) else ""
    return _(
        "「%(status)s」の募集は、このページでは変更できません。担当課へご連絡ください。",
        status=status,
    )


@explain.register
def _changed(_error: errors.ChangedSince) -> str:
    return _(
        "ご覧になった後に内容が変わりました。今の内容を確かめてから、もう一度操作してください。"
    )


@explain.register
def _kept_by_office(error: errors.KeptByOffice) -> str:
    return _(
        "公開した募集の%(fields)sは、担当課だけが変えられます。担当課へご連絡ください。",
        fields="と".join(f"「{change_label(name)}」" for name in error.fields),
    )


@explain.register
def _changed_meanwhile(_error: errors.ChangedMeanwhile) -> str:
    return _(
        "入力している間に、ほかの方が保存しました。まだ保存していません。"
        "今の内容を確かめて、もう一度保存してください。"
    )


@explain.register
def _no_reason(_error: errors.ReasonMissing) -> str:
    return _("団体への連絡のため、理由を入力してください。")


@explain.register
def _slot_in_draw(_error: errors.SlotInDraw) -> str:
    return _(
        "この日程は抽選で決めます。抽選の結果が出るまで、定員のほかは変えられません。"
        "やむを得ず日時や場所を変えるときは、市の担当課へご連絡ください。"
    )
