"""団体の確認: whose turn it is, and when an application is not left without an answer any longer.

Source: docs/rules/approval.md.
"""

from datetime import datetime, time, timedelta

from kyodo_match.core.clock import TOKYO, tokyo
from kyodo_match.signups.errors import NobodyAsked, NotAwaitingApproval, QuestionOpen
from kyodo_match.signups.rules.states import SignupStatus

# A group that has not acted for so long is reminded, once for each turn.
REMIND_AFTER = timedelta(days=2)
# After this the office sees it, whoever's turn it is.
SEEN_BY_OFFICE_AFTER = timedelta(days=3)
# So soon before the day the office sees what is undecided, however new it is.
NEAR = timedelta(days=2)
_EVENING = time(18, 0)
_DAY_BEGINS, _DAY_ENDS = time(9, 0), time(20, 0)


def answered_until(*, last_call: datetime, received_at: datetime) -> datetime:
    """Until when a group may answer; then the applicant hears that it cannot be this time.

    18:00 of the day before, Japan time, so that nobody sets out for nothing; for who applied later
    than that, the start itself. `last_call` is the start of a day, the end of a standing need.
    """
    eve = datetime.combine(tokyo(last_call).date() - timedelta(days=1), _EVENING, TOKYO)
    return eve if received_at < eve else last_call


def may_remind(now: datetime) -> bool:
    """Whether an applicant may be reminded: not at night, Japan time."""
    return _DAY_BEGINS <= tokyo(now).time() < _DAY_ENDS


def check_awaiting(status: SignupStatus) -> None:
    """Refuse an answer to what was answered, or cancelled, before. Raises NotAwaitingApproval."""
    if status is not SignupStatus.AWAITING_APPROVAL:
        raise NotAwaitingApproval(status)


def check_question(*, is_open: bool, wanted: bool) -> None:
    """One question at a time: refuse a second one, and an answer to none.

    `wanted` says that an open one is needed. Raises QuestionOpen, NobodyAsked.
    """
    if is_open and not wanted:
        raise QuestionOpen
    if wanted and not is_open:
        raise NobodyAsked
