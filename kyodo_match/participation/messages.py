"""The words of the reception and of hours of activity."""

from kyodo_match.accounts.messages import role_label
from kyodo_match.core import dates
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.groups.messages import member_role_label
from kyodo_match.participation.errors import (
    AlreadyTakenBack,
    AskedToday,
    DayIsOver,
    DayOutside,
    DraftTaken,
    FileTooLarge,
    HoursApproved,
    HoursGone,
    HoursStand,
    LinesChanged,
    NamesClosed,
    NobodyToAsk,
    NoHoursHere,
    NotATable,
    NothingChosen,
    NothingToWrite,
    NotOnTheList,
    OldExcel,
    ReasonMissing,
    SlotWasCancelled,
    TimeMissing,
    TooEarly,
    TooLateForTheGroup,
    TooManyByLink,
    TooManyLinks,
    WasAbsent,
)
from kyodo_match.participation.queries import Marker
from kyodo_match.participation.rules import GROUP_DAYS, Attendance, HoursState, LinkState


@explain.register
def _too_early(error: TooEarly) -> str:
    return _("出欠は、%(when)sから記録できます。", when=dates.moment(error.opens_at))


@explain.register
def _cancelled(_error: SlotWasCancelled) -> str:
    return _("この日程は中止になったため、参加実績を記録できません。")


@explain.register
def _too_many_by_link(error: TooManyByLink) -> str:
    return _(
        "このリンクから追加できるのは、1時間に%(most)s人までです。"
        "「お名前を聞いていない方の人数」に数えるか、%(when)s以降に追加してください。",
        most=error.most,
        when=dates.clock_time(error.until),
    )


@explain.register
def _not_listed(_error: NotOnTheList) -> str:
    return _("この方の申込みは取り消されています。来られた場合は「当日参加」で追加してください。")


@explain.register
def _names_closed(_error: NamesClosed) -> str:
    return _("名簿を見られる期間が終わりました。訂正は担当課へお電話ください。")


@explain.register
def _too_late(_error: TooLateForTheGroup) -> str:
    return _(
        "団体で記入や訂正ができるのは、活動の日から%(days)s日後までです。"
        "この日の訂正は、担当課へお電話ください。",
        days=GROUP_DAYS,
    )


@explain.register
def _no_reason(_error: ReasonMissing) -> str:
    return _("訂正の理由を入力してください。例：名簿の付け間違い")


@explain.register
def _day_over(_error: DayIsOver) -> str:
    return _("活動の翌日を過ぎたため、受付用リンクは作れません。サインインして記入してください。")


@explain.register
def _too_many_links(error: TooManyLinks) -> str:
    return _(
        "使えるリンクが、もう%(most)s個あります。"
        "同じQRコードを何台でも読み取れます。要らないものを「使えなくする」と、新しく作れます。",
        most=error.most,
    )


@explain.register
def _nothing_to_write(_error: NothingToWrite) -> str:
    return _("この日は、もう記入が済んでいます。")


@explain.register
def _asked_today(_error: AskedToday) -> str:
    return _("この日のことは、今日もうお願いしました。あすからまたお願いできます。")


@explain.register
def _nobody_to_ask(error: NobodyToAsk) -> str:
    if not error.phone:
        return _(
            "%(group)sには、サインインして記入できる方がいません。電話番号の登録もありません。",
            group=error.group,
        )
    return _(
        "%(group)sには、サインインして記入できる方がいません。電話 %(phone)s で聞いてください。",
        group=error.group,
        phone=error.phone,
    )


@explain.register
def _no_hours_here(_error: NoHoursHere) -> str:
    return _("活動時間を記録できるのは、中止になっていないボランティア募集だけです。")


@explain.register
def _day_outside(error: DayOutside) -> str:
    if error.last < error.first:
        return _("活動時間は、活動が始まってから記録できます。")
    if error.first == error.last:
        return _("この活動の日は%(day)sです。この日を選んでください。", day=dates.day(error.first))
    return _(
        "活動した日は、%(first)sから%(last)sまでの日を選んでください。",
        first=dates.day(error.first),
        last=dates.day(error.last),
    )


@explain.register
def _time_missing(_error: TimeMissing) -> str:
    return _("休憩が、活動した時間より長くなっています。時間を確かめてください。")


@explain.register
def _hours_approved(_error: HoursApproved) -> str:
    return _(
        "この日の活動時間は、もう確認されています。直すときは、団体か担当課にお知らせください。"
    )


@explain.register
def _hours_gone(_error: HoursGone) -> str:
    return _("この活動時間は、ご本人が取り消しました。")


@explain.register
def _was_absent(_error: WasAbsent) -> str:
    return _(
        "受付で「欠席」と記録されている方がいます。来ていた方は、先に受付のページで「出席」に直してください。"
    )


@explain.register
def _hours_stand(_error: HoursStand) -> str:
    return _("この方には、確認した活動時間があります。先に活動時間を差し戻してください。")


@explain.register
def _old_excel(_error: OldExcel) -> str:
    return _(
        "このファイルは、古い形式（.xls）か、パスワードがかかっているため読めません。"
        "Excelで『.xlsx』として保存し直してください（パスワードは外してください）。"
    )


@explain.register
def _not_a_table(_error: NotATable) -> str:
    return _(
        "表として読めませんでした。Excelの『.xlsx』か、CSVのファイルを選んでください。"
        "開けるファイルのときは、Excelで『.xlsx』として保存し直してください。"
    )


@explain.register
def _file_too_large(_error: FileTooLarge) -> str:
    return _(
        "ファイルが大きすぎます（5MB、3,000行まで）。"
        "写真や要らないシートを消すか、年度ごとに分けて保存し直してください。"
    )


@explain.register
def _draft_taken(_error: DraftTaken) -> str:
    return _("このファイルは、すでに取り込まれています。")


@explain.register
def _nothing_chosen(_error: NothingChosen) -> str:
    return _("取り込む行が選ばれていません。1行以上を選んでください。")


@explain.register
def _lines_changed(_error: LinesChanged) -> str:
    return _(
        "選んだ行のなかに、いまは取り込めない行があります（ほかの人が取り込んだなど）。"
        "下の表をもう一度確かめてください。まだ何も取り込んでいません。"
    )


@explain.register
def _already_taken_back(_error: AlreadyTakenBack) -> str:
    return _("この取込みは、すでに取り消されています。")


def link_state_label(state: LinkState) -> str:
    """受付用リンクの状態 as the screen names it."""
    return {
        LinkState.COMING: _("当日から使えます"),
        LinkState.VALID: _("使えます"),
        LinkState.EXPIRED: _("期限切れ"),
        LinkState.REVOKED: _("使えなくしました"),
    }[state]


def marker_label(marker: Marker) -> str:
    """Who wrote something down, by role and never by address."""
    if marker.link is not None:
        return _("受付用リンク %(number)s", number=marker.link)
    if marker.staff is not None:
        return _("職員（%(role)s）", role=role_label(marker.staff))
    if marker.member is not None:
        return _("団体（%(role)s）", role=member_role_label(marker.member))
    return _("今は担当ではない方")


def recorded_label(value: Attendance | tuple[int, int]) -> str:
    """What stood there: a mark, or heads."""
    if isinstance(value, tuple):
        return _("大人%(adults)s人・こども%(children)s人", adults=value[0], children=value[1])
    return attendance_label(value)


def attendance_label(state: str) -> str:
    """出席・欠席・未記入."""
    return {
        Attendance.ATTENDED: _("出席"),
        Attendance.ABSENT: _("欠席"),
        Attendance.UNMARKED: _("未記入"),
    }[Attendance(state)]


def duration(minutes: int) -> str:
    """12時間30分."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(rest)s分", rest=rest)
    if not rest:
        return _("%(hours)s時間", hours=f"{hours:,}")
    return _("%(hours)s時間%(rest)s分", hours=f"{hours:,}", rest=rest)


def hours_state_label(state: HoursState) -> str:
    """活動時間の状態 as volunteers and groups read it."""
    return {
        HoursState.RECORDED: _("団体の確認待ち"),
        HoursState.APPROVED: _("確認済み"),
        HoursState.RETURNED: _("差し戻されました"),
    }[state]


def hours_state_sign(state: HoursState) -> str:
    """The kind of badge that goes with it."""
    return {
        HoursState.RECORDED: "waiting",
        HoursState.APPROVED: "done",
        HoursState.RETURNED: "few",
    }[state]


def hours_act_label(action: str) -> str:
    """What was done to an entry."""
    return {
        "hours.recorded": _("記録"),
        "hours.approved": _("確認"),
        "hours.changed": _("訂正"),
        "hours.returned": _("差戻し"),
        "hours.taken-back": _("取消し"),
    }[action]
