"""The words of volunteers: states, refusals, and what an invitation says."""

from kyodo_match.core import dates
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors import volunteers as errors
from kyodo_match.matching.messages.recommending import filter_label, reason_label
from kyodo_match.matching.models import Proposal
from kyodo_match.matching.rules.assigning import Method
from kyodo_match.matching.rules.recommending import Filter, Reason, read_reasons
from kyodo_match.matching.rules.volunteers import ProposalState, VolunteerState

_STATES = {
    VolunteerState.ACTIVE: lazy("登録中"),
    VolunteerState.PAUSED: lazy("お休み中"),
    VolunteerState.ENDED: lazy("終了"),
}
_PROPOSALS = {
    ProposalState.PROPOSED: lazy("案（確認待ち）"),
    ProposalState.INVITED: lazy("お声がけ中"),
    ProposalState.ACCEPTED: lazy("引受け"),
    ProposalState.DECLINED: lazy("辞退"),
    ProposalState.EXPIRED: lazy("期限切れ"),
    ProposalState.WITHDRAWN: lazy("取りやめ"),
}
_SIGNS = {
    ProposalState.PROPOSED: "neutral",
    ProposalState.INVITED: "waiting",
    ProposalState.ACCEPTED: "done",
    ProposalState.DECLINED: "closed",
    ProposalState.EXPIRED: "closed",
    ProposalState.WITHDRAWN: "closed",
}


def volunteer_state_label(state: VolunteerState) -> str:
    """登録の状態."""
    return str(_STATES[state])


def proposal_state_label(state: ProposalState) -> str:
    """お声がけの状態."""
    return str(_PROPOSALS[state])


def proposal_state_sign(state: ProposalState) -> str:
    """Which badge of the component `status` stands for it."""
    return _SIGNS[state]


def number_label(number: int | None) -> str:
    """A number of people as everybody may see it; a small one is only called small."""
    return _("少数") if number is None else _("%(n)s人", n=number)


_METHODS = {
    Method.SOLVER: lazy("全体の合計がいちばん高くなるように選びました。"),
    Method.GREEDY: lazy(
        "点の高い組から順に選ぶ、簡易な方法で選びました。全体の合計が最大とは限りません。"
    ),
}


def method_label(method: Method) -> str:
    """How a proposal for many at once was made."""
    return str(_METHODS[method])


def proposal_reasons(proposal: Proposal) -> tuple[Reason, ...]:
    """What spoke for a proposal when it was made."""
    return read_reasons(proposal.parts, proposal.boosts)


def proposal_why(proposal: Proposal) -> list[str]:
    """The same in words, without points: as its person is told."""
    return [reason_label(one) for one in proposal_reasons(proposal)]


FILTERS = {
    "proposal_reasons": proposal_reasons,
    "proposal_why": proposal_why,
    "volunteer_state_label": volunteer_state_label,
    "proposal_state_label": proposal_state_label,
    "proposal_state_sign": proposal_state_sign,
    "number_label": number_label,
}


@explain.register
def _not_registered(_error: errors.NotRegistered) -> str:
    return _("この登録は終わっています。もう一度登録するときは、はじめからお願いします。")


@explain.register
def _already_registered(_error: errors.AlreadyRegistered) -> str:
    return _(
        "ふりがなと連絡先が同じ方が、すでに登録されています。その登録の内容を変えてください。"
    )


@explain.register
def _no_way_to_reach(_error: errors.NoWayToReach) -> str:
    return _("メールアドレスか電話番号の、どちらか1つを残してください。")


@explain.register
def _not_to_be_asked(_error: errors.NotToBeAsked) -> str:
    return _("この方には、いまお声がけできません。お休み中か、お声がけを希望されていません。")


@explain.register
def _asked_enough(error: errors.AskedEnough) -> str:
    return _(
        "この方には、返事を待っているお声がけが%(n)s件あります。返事があってから、お声がけしてください。",
        n=error.most,
    )


@explain.register
def _asked_already(_error: errors.AskedAlready) -> str:
    return _("この方には、この日のお声がけをすでにしています。")


@explain.register
def _applied_already(_error: errors.AppliedAlready) -> str:
    return _("この方は、この日にもう申し込んでいます。")


@explain.register
def _busy_then(_error: errors.BusyThen) -> str:
    return _("この方は、同じ時間にほかの活動があるか、ほかのお声がけへの返事を待っています。")


@explain.register
def _cannot_come(error: errors.CannotCome) -> str:
    return _(
        "この方は、この日には参加できません（%(why)s）。",
        why="、".join(filter_label(Filter(code)) for code in error.filters),
    )


@explain.register
def _not_agreed(_error: errors.NotAgreed) -> str:
    return _(
        "引き受けるときは、「団体に、名前と連絡先を伝えてよい」に印をつけてください。"
        "当日の連絡のために、団体にはお名前と連絡先が必要です。"
    )


@explain.register
def _day_not_open(_error: errors.DayNotOpen) -> str:
    return _("この日は、もう人を募っていません。終わったか、中止になったか、締め切られました。")


@explain.register
def _invitation_over(error: errors.InvitationOver) -> str:
    if error.answer_by is not None:
        return _("返事の期限（%(when)s）を過ぎました。", when=dates.moment(error.answer_by))
    return _("このお声がけは終わっています。")


@explain.register
def _invitation_moved(_error: errors.InvitationMoved) -> str:
    return _("この活動の内容が変わりました。いまの内容を確かめて、もう一度お返事ください。")


@explain.register
def _not_a_proposal(_error: errors.NotAProposal) -> str:
    return _("この案は、すでにほかの方が確認したか、取りやめています。")


@explain.register
def _asked_for_help(_error: errors.AskedForHelp) -> str:
    return _("この日の相談は、もう届いています。コーディネーターからの連絡をお待ちください。")
