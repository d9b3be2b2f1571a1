"""What somebody in a draw can still hope for, when one of their days is not held."""

from kyodo_match.core import dates
from kyodo_match.core.i18n import _
from kyodo_match.signups.models import Signup
from kyodo_match.signups.queries.draws import InDraw
from kyodo_match.signups.rules import SignupStatus


def what_is_left(signup: Signup, draw: InDraw | None) -> str:
    """The days that remain, and until when others can be wished for.

    Who waits goes on waiting for the others; nobody is told so who has no other.
    """
    if draw is None or signup.status is not SignupStatus.ENTERED:
        return _("ほかの日程のお申込みは、そのままです。手続きはいりません。")
    until = dates.moment(draw.closes_at)
    if draw.standing and draw.can_change:
        return _(
            "ほかの希望（%(n)s件）は、そのままです。手続きはいりません。\n"
            "%(until)sまでは、希望を変えられます。",
            n=len(draw.standing),
            until=until,
        )
    if draw.standing:
        return _(
            "ほかの希望（%(n)s件）は、そのままです。手続きはいりません。",
            n=len(draw.standing),
        )
    if draw.can_change:
        return _(
            "ほかに希望の日程はありません。%(until)sまでに、別の日程を選んでください。"
            "選ばないときは、抽選に加わりません。",
            until=until,
        )
    return _("ほかに希望の日程がないため、今回はご参加いただけません。申し訳ありません。")
