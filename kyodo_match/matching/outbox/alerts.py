"""The mail about new days: what suits and why, in plain words; and the wish that it rests on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from kyodo_match.core import dates, text
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.i18n import _
from kyodo_match.matching.outbox.reasons import fields_words, reason_label, times_words
from kyodo_match.matching.queries.suggesting import ShownDay
from kyodo_match.matching.rules.alerts import ALERT_KIND
from kyodo_match.matching.rules.recommending import Reason
from kyodo_match.matching.rules.recommending.board import Picked
from kyodo_match.matching.rules.wishes import WishChoices
from kyodo_match.notifications.outbox import Letter
from kyodo_match.opportunities.rules import SlotMode
from kyodo_match.settings.rules import Office
from kyodo_match.signups.outbox.letters import signature

_MOST_OTHERS = 3


class AlertWords:
    """The words of one run: many letters speak of the same days, so each is put in words once."""

    def __init__(self, office: Office, *, now: datetime) -> None:
        self._now, self._today = now, tokyo_date(now)
        self._said_of_day: dict[str, tuple[str, str]] = {}
        self._said_of_reason: dict[Reason, str] = {}
        self._said_of_times: dict[tuple[tuple[str, ...], int], str] = {}
        self._said_of_fields: dict[tuple[str, ...], str] = {}
        # Looked up once: a letter fills in a dozen of them.
        self._subject = _("【お知らせ】希望に合う新しい日程（%(n)s件）")
        self._opening = _("ご希望に合う、新しい日程のお知らせです（%(n)s件）。")
        self._reasons = _("おすすめする理由：\n%(reasons)s")
        self._others = _("ほかの日程：%(days)s")
        self._more = _("ほかの日程：%(days)s、ほか%(n)s日程")
        self._of_wish = _("%(about)sの希望にもとづいてお送りしています。")
        self._of_any_wish = _("保存した希望にもとづいてお送りしています。")
        self._end = "\n\n".join(
            (
                _("保存した希望を見る、変える、消す：\n[[wish-link]]"),
                _(
                    "お知らせだけを止める（希望は残ります）：\n[[unsubscribe-link]]\n"
                    "上の2つのリンクは、ご本人だけのものです。"
                ),
                signature(office),
            )
        )
        self._then = _("くわしい内容とお申込みは、それぞれのリンクのページで見られます。")

    def letter(
        self, choices: WishChoices, picked: Sequence[Picked], facts: Mapping[str, ShownDay]
    ) -> Letter:
        """The mail about some activities; it names nobody."""
        number = {"n": len(picked)}
        parts = (
            self._opening % number,
            *(self._activity(one, facts) for one in picked),
            self._then,
            self._because(choices),
            self._end,
        )
        return Letter(ALERT_KIND, self._subject % number, "\n\n".join(parts) + "\n")

    def _activity(self, one: Picked, facts: Mapping[str, ShownDay]) -> str:
        above, below = self._day(facts[one.best.need.slot])
        lines = [above]
        reasons = "\n".join([self._reason(reason) for reason in one.best.reasons])
        if reasons:
            lines.append(self._reasons % {"reasons": reasons})
        if one.others:
            lines.append(self._other_days([facts[fit.need.slot] for fit in one.others]))
        return "\n".join((*lines, below))

    def _day(self, day: ShownDay) -> tuple[str, str]:
        """What stands above the reasons of a day, and what stands below them."""
        if day.slot not in self._said_of_day:
            where = "　".join(part for part in (day.district, text.one_line(day.place)) if part)
            above = (
                _("■ %(title)s", title=text.one_line(day.title)),
                dates.short_when(day, self._today),
                where,
                text.one_line(day.group_name),
            )
            below = (self._applying(day), f"[[base-url]]/opportunities/{day.opportunity}")
            self._said_of_day[day.slot] = (
                "\n".join(part for part in above if part),
                "\n".join(part for part in below if part),
            )
        return self._said_of_day[day.slot]

    def _applying(self, day: ShownDay) -> str:
        if day.opens_at and day.opens_at > self._now:
            return _("受付：%(when)sから", when=dates.moment(day.opens_at))
        if not day.closes_at:
            return ""
        until = dates.moment(day.closes_at)
        if day.mode is SlotMode.LOTTERY:
            return _("抽選の申込み：%(until)sまで", until=until)
        return _("申込み：%(until)sまで", until=until)

    def _other_days(self, days: Sequence[ShownDay]) -> str:
        named = sorted(days[:_MOST_OTHERS], key=lambda day: day.starts_at)
        said = "、".join([dates.short_when(day, self._today) for day in named])
        more = len(days) - len(named)
        return (self._more if more else self._others) % {"days": said, "n": more}

    def _reason(self, reason: Reason) -> str:
        if reason not in self._said_of_reason:
            self._said_of_reason[reason] = _("・%(why)s", why=reason_label(reason))
        return self._said_of_reason[reason]

    def _because(self, choices: WishChoices) -> str:
        said = (choices.district, self._times(choices.times), self._fields(choices.fields))
        about = "、".join(part for part in said if part)
        return self._of_wish % {"about": about} if about else self._of_any_wish

    def _times(self, times: tuple[str, ...]) -> str:
        """Many say the same first two, and no more of them are named."""
        at = (times[:2], len(times))
        if at not in self._said_of_times:
            self._said_of_times[at] = times_words(times) if times else ""
        return self._said_of_times[at]

    def _fields(self, fields: tuple[str, ...]) -> str:
        if fields not in self._said_of_fields:
            self._said_of_fields[fields] = fields_words(fields)
        return self._said_of_fields[fields]
