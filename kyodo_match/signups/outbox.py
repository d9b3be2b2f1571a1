"""What each edge tells the applicant: a letter, or a call where there is no e-mail.

No name and nothing that was typed: such a mail may reach somebody else (docs/security.md).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from kyodo_match.core import dates, text
from kyodo_match.core.clock import tokyo
from kyodo_match.core.i18n import _, lazy
from kyodo_match.notifications import calendar
from kyodo_match.notifications.outbox import Letter, call, enqueue
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.rules import Office
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Channel


class Kind(StrEnum):
    """お知らせの種類: what a message to an applicant is about."""

    CONFIRMED = "signup-confirmed"
    WAITLISTED = "signup-waitlisted"
    OFFER = "signup-offer"
    OFFER_EXPIRED = "signup-offer-expired"
    DECLINED = "signup-declined"
    CANCELLED = "signup-cancelled"
    PARTICIPANT_CANCELLED = "signup-participant-cancelled"
    SLOT_CANCELLED = "signup-slot-cancelled"
    REMINDER = "signup-reminder"
    REMINDER_WEEK = "signup-reminder-week"
    THANKS = "signup-thanks"
    CHANGED = "signup-changed"
    CHANGED_WAITING = "signup-changed-waiting"
    ANSWERED = "signup-answered"
    CONTACT_CHANGED = "signup-contact-changed"
    PARTY_CHANGED = "signup-party-changed"
    LINK = "signup-link"


@dataclass(frozen=True)
class Words:
    """The words of one kind; what comes next differs on paper and on the phone."""

    subject: Any
    opening: Any
    next_steps: Any
    spoken: Any


_WORDS = {
    Kind.CONFIRMED: Words(
        lazy("参加が決まりました"),
        lazy("ご参加いただけます。お待ちしています。"),
        lazy(
            "当日は、始まる時刻までに会場へお越しください。\n"
            "都合が悪くなったときは、次のページで取り消してください。"
        ),
        lazy("都合が悪くなったときは、お電話ください。"),
    ),
    Kind.WAITLISTED: Words(
        lazy("キャンセル待ちで受け付けました"),
        lazy("お申込みを受け付けました。いまは席が足りないため、キャンセル待ちです。"),
        lazy(
            "席が空くと、受付の順にご案内します。ご案内には返事の期限があります。\n"
            "いまの状況は、次のページで確認できます。取消しもできます。"
        ),
        lazy("席が空くと、受付の順にお電話でご案内します。"),
    ),
    Kind.OFFER: Words(
        lazy("席が空きました（返事が必要です）"),
        lazy("席が空きました。ご参加いただけます。まだ決まっていません。返事をお願いします。"),
        lazy(
            "返事の期限：%(deadline)s\n"
            "次のページで「参加する」か「辞退する」を選んでください。\n"
            "期限を過ぎると、次の方へご案内します。"
        ),
        lazy("参加するか辞退するかを聞いて、記録してください。\n返事の期限：%(deadline)s"),
    ),
    Kind.OFFER_EXPIRED: Words(
        lazy("ご案内の期限が過ぎました"),
        lazy("席のご案内は、期限までに返事がなかったため終わりました。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
    ),
    Kind.DECLINED: Words(
        lazy("辞退を受け付けました"),
        lazy("席のご案内への辞退を受け付けました。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
    ),
    Kind.CANCELLED: Words(
        lazy("取消しを受け付けました"),
        lazy("お申込みの取消しを受け付けました。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
        lazy("参加を希望するときは、もう一度お申し込みください。"),
    ),
    Kind.PARTICIPANT_CANCELLED: Words(
        lazy("人数の変更を受け付けました"),
        lazy("一部の方の取消しを受け付けました。お申込みは%(party)s人になりました。"),
        lazy("ほかの方のお申込みは、そのままです。次のページで確認できます。"),
        lazy("ほかの方のお申込みは、そのままです。"),
    ),
    Kind.SLOT_CANCELLED: Words(
        lazy("中止のお知らせ"),
        lazy("お申込みの催しは、中止になりました。"),
        lazy("お申込みは取り消しました。手続きはいりません。\n次のページで確認できます。"),
        lazy("お申込みは取り消しました。手続きはいりません。"),
    ),
    Kind.REMINDER: Words(
        lazy("明日のご案内"),
        lazy("お申込みの催しは、明日です。お待ちしています。"),
        lazy(
            "始まる時刻までに会場へお越しください。\n"
            "都合が悪くなったときは、次のページでお知らせください。"
        ),
        lazy("都合が悪くなったときは、お電話ください。"),
    ),
    Kind.REMINDER_WEEK: Words(
        lazy("1週間前のご案内"),
        lazy("お申込みの催しまで、あと1週間です。"),
        lazy(
            "持ち物と集合場所を、もう一度お確かめください。\n"
            "都合が悪くなったときは、次のページで取り消してください。席は次の方へご案内します。"
        ),
        lazy("都合が悪くなったときは、お電話ください。"),
    ),
    Kind.THANKS: Words(
        lazy("ご参加ありがとうございました"),
        lazy("催しにご参加いただき、ありがとうございました。"),
        lazy(
            "これからの体験や募集は、次のページで探せます。\n[[base-url]]/opportunities\n\n"
            "参加した催しは、次のページで確認できます。"
        ),
        lazy("これからの体験や募集は、窓口でもご案内します。"),
    ),
    Kind.CHANGED: Words(
        lazy("日時・場所が変わりました（返事が必要です）"),
        lazy("お申込みの催しの内容が変わりました。参加できるかどうか、お知らせください。"),
        lazy(
            "%(was)s\n返事の期限：%(deadline)s\n"
            "次のページで「参加する」か「取り消す」を選んでください。\n"
            "返事があるまで、席はそのままお取りしておきます。"
        ),
        lazy("%(was)s\n参加するか取り消すかを聞いて、記録してください。"),
    ),
    Kind.CHANGED_WAITING: Words(
        lazy("日時・場所が変わりました"),
        lazy("お申込みの催しの内容が変わりました。"),
        lazy("%(was)s\nお申込みの状況は、そのままです。取り消すときは、次のページからできます。"),
        lazy("%(was)s\nお申込みの状況は、そのままです。"),
    ),
    Kind.ANSWERED: Words(
        lazy("参加のお返事を受け付けました"),
        lazy("変わったあとの内容で、ご参加いただけます。お待ちしています。"),
        lazy(
            "当日は、始まる時刻までに会場へお越しください。\n"
            "都合が悪くなったときは、次のページで取り消してください。"
        ),
        lazy("都合が悪くなったときは、お電話ください。"),
    ),
    Kind.CONTACT_CHANGED: Words(
        lazy("連絡先が変わりました"),
        lazy("このお申込みの連絡先を変更しました。"),
        lazy("これからのお知らせは、新しい連絡先へお送りします。"),
        lazy("これからのお知らせは、新しい連絡先へお伝えします。"),
    ),
    Kind.PARTY_CHANGED: Words(
        lazy("参加者の変更を受け付けました"),
        lazy("参加者の変更を受け付けました。お申込みは%(party)s人です。"),
        lazy("お申込みの内容は、次のページで確認できます。"),
        lazy("お申込みの内容は、窓口でも確認できます。"),
    ),
    Kind.LINK: Words(
        lazy("お申込みの確認ページ"),
        lazy("このお申込みは、すでに受け付けています。確認するページをお送りします。"),
        lazy("お申込みの状況は、次のページで確認できます。取消しもできます。"),
        lazy("お申込みはすでに受け付けています。"),
    ),
}


@dataclass(frozen=True)
class Notice:
    """One message to one applicant, before it is decided how it travels."""

    kind: Kind
    signup: Signup
    slot: Slot
    office: Office
    deadline: datetime | None = None
    had_place: bool = False  # was confirmed: the calendar entry must go
    occasion: str = ""  # where a kind may occur more than once: which time it is
    was: str = ""  # what a change changed, before and after, a line each

    @property
    def key(self) -> str:
        """The idempotency key: one message an edge."""
        slot, signup = self.slot.public_id, self.signup.public_id
        return f"{self.kind}:slot:{slot}:signup:{signup}{self.occasion and f':{self.occasion}'}"

    @property
    def party(self) -> int:
        """How many people it is about: those who come, or those who were cancelled as a whole."""
        about = {None, self.signup.cancelled_at}
        return sum(1 for person in self.signup.participants if person.cancelled_at in about)

    @property
    def place(self) -> str:
        return text.one_line(self.slot.place or self.slot.opportunity.place)

    @property
    def title(self) -> str:
        return text.one_line(self.slot.opportunity.title)

    def fill(self, words: object) -> str:
        """A sentence with its values."""
        deadline = dates.moment(self.deadline) if self.deadline else ""
        return str(words) % {"deadline": deadline, "party": self.party, "was": self.was}


def _facts(notice: Notice) -> str:
    return _(
        "催し：%(title)s\n日時：%(when)s\n場所：%(place)s\n人数：%(party)s人\n受付番号：%(number)s",
        title=notice.title,
        when=dates.span(notice.slot.starts_at, notice.slot.ends_at),
        place=notice.place,
        party=notice.party,
        number=notice.signup.receipt_number,
    )


def _office(office: Office) -> str:
    if not office.phone:
        return f"[[municipality]] {office.name}"
    return _("[[municipality]] %(name)s\n電話 %(phone)s", name=office.name, phone=office.phone)


def letter_of(notice: Notice, *, now: datetime) -> Letter:
    """The mail: plain text that stands alone, the link by itself on its line."""
    words = _WORDS[notice.kind]
    day = dates.short_day(tokyo(notice.slot.starts_at).date())
    subject = _(
        "【%(what)s】%(title)s %(day)s", what=str(words.subject), title=notice.title, day=day
    )
    body = "\n\n".join(
        (
            notice.fill(words.opening),
            _facts(notice),
            notice.fill(words.next_steps),
            _("お申込みの確認ページ：\n[[manage-link]]"),
            _office(notice.office),
        )
    )
    invitation = _invitation(notice, now=now)
    method = calendar.method(cancelled=notice.had_place) if invitation else None
    return Letter(notice.kind, subject, f"{body}\n", invitation, method)


def _invitation(notice: Notice, *, now: datetime) -> str | None:
    """The .ics of a place that is sure, or that was and is given back."""
    if notice.kind is not Kind.CONFIRMED and not notice.had_place:
        return None
    slot, signup = notice.slot, notice.signup
    return calendar.invite(
        uid=f"{signup.public_id}@kyodo-match",
        sequence=slot.calendar_sequence + signup.calendar_sequence,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        summary=notice.title,
        location=notice.place,
        description=_("受付番号：%(number)s", number=signup.receipt_number),
        stamp=now,
        cancelled=notice.had_place,
    )


def script_of(notice: Notice) -> str:
    """What staff say on the phone."""
    words = _WORDS[notice.kind]
    parts = (notice.fill(words.opening), _facts(notice), notice.fill(words.spoken))
    reason = notice.slot.cancelled_reason
    if notice.kind is Kind.SLOT_CANCELLED and reason:
        # Said by staff, not mailed: nobody's free text goes into a mail (docs/rules/outbox.md).
        return "\n\n".join((*parts, _("中止の理由：%(reason)s", reason=reason)))
    return "\n\n".join(parts)


def tell(session: Session, notice: Notice, *, now: datetime, phone_first: bool = False) -> None:
    """Write a notice down for delivery, once by its key.

    Someone without e-mail is phoned; so is everybody with a number where there is no time to write
    (`phone_first`). Walk-ins stand before the desk and are told there.
    """
    signup = notice.signup
    if signup.channel is Channel.WALK_IN:
        return
    if signup.email and not (phone_first and signup.phone):
        enqueue(
            session,
            letter_of(notice, now=now),
            key=notice.key,
            recipient=signup.email,
            now=now,
            signup_id=signup.public_id,
            access_version=signup.access_version,
        )
    else:
        call(
            session,
            key=notice.key,
            kind=notice.kind,
            signup_id=signup.public_id,
            script=script_of(notice),
            now=now,
            due_at=notice.deadline,
        )
