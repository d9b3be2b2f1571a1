"""One notice as a letter that stands alone, and as a script for the phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kyodo_match.core import dates, text
from kyodo_match.core.clock import tokyo
from kyodo_match.core.i18n import _
from kyodo_match.notifications import calendar
from kyodo_match.notifications.outbox import Letter
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.settings.rules import Office
from kyodo_match.signups.models import Signup
from kyodo_match.signups.outbox.kinds import Kind, notice_key
from kyodo_match.signups.outbox.words import TO_OLD_ADDRESS, WORDS, people_words
from kyodo_match.signups.rules import SignupStatus

_REMINDERS = (Kind.REMINDER_WEEK, Kind.REMINDER)
_SURE = (
    Kind.CONFIRMED,
    Kind.APPROVED,
    Kind.CHANGED,
    Kind.ANSWERED,
    Kind.DRAW_PLACED,
    Kind.DRAW_ASKED,
    Kind.DRAW_ANSWERED,
    Kind.DRAW_MOVED,
)


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
    is_new_address: bool = False  # nothing of this sign-up was sent there before
    to: str = ""  # another address than the applicant's now: without a link, and never phoned
    call_by: datetime | None = None  # when a call is due, where no answer has a deadline
    told_by: str = ""  # who has just said it to the applicant: who has no e-mail is not phoned
    coming: Sequence[Slot] = ()  # what the group does next, for the thanks
    about: str = ""  # a round's title, where it is about the whole draw and no day of it
    said: str = ""  # what the group wrote: read on the phone, and never mailed

    @property
    def key(self) -> str:
        """The idempotency key: one message an edge."""
        key = notice_key(
            self.kind,
            slot_id=self.slot.public_id,
            signup_id=self.signup.public_id,
            occasion=self.occasion,
        )
        return f"{key}:old-address" if self.to else key

    @property
    def is_spoken(self) -> bool:
        """Whether somebody without e-mail is phoned about it."""
        return WORDS[self.kind].spoken is not None

    @property
    def party(self) -> str:
        """How many people it is about: those who come, or those who were cancelled as a whole."""
        about = {None, self.signup.cancelled_at}
        return people_words(
            person for person in self.signup.participants if person.cancelled_at in about
        )

    @property
    def place(self) -> str:
        return text.one_line(self.slot.place or self.slot.opportunity.place)

    @property
    def title(self) -> str:
        return text.one_line(self.slot.opportunity.title)

    def fill(self, words: object) -> str:
        """A sentence with its values; a line of which nothing is known falls away."""
        deadline = dates.moment(self.deadline) if self.deadline else ""
        values = {"deadline": deadline, "party": self.party, "was": self.was}
        return (str(words) % values).strip()


def _facts(notice: Notice) -> str:
    if notice.about:
        return _(
            "抽選：%(title)s\n人数：%(party)s\n受付番号：%(number)s",
            title=text.one_line(notice.about),
            party=notice.party,
            number=notice.signup.receipt_number,
        )
    return _(
        "催し：%(title)s\n日時：%(when)s\n場所：%(place)s\n人数：%(party)s\n受付番号：%(number)s",
        title=notice.title,
        when=dates.when(notice.slot),
        place=notice.place,
        party=notice.party,
        number=notice.signup.receipt_number,
    )


def _for_the_day(notice: Notice) -> str:
    """What to know and to bring, from the published text: for who sets out soon."""
    offer = notice.slot.opportunity
    meet, bring, rain, phone = (
        text.one_line(said)
        for said in (offer.meeting_place, offer.bring, offer.rain, offer.contact_phone)
    )
    lines = (
        meet and _("集合場所：%(what)s", what=meet),
        bring and _("持ち物：%(what)s", what=bring),
        rain and _("雨のとき：%(what)s", what=rain),
        phone and _("当日の連絡先：%(what)s", what=phone),
    )
    return "\n".join(line for line in lines if line)


def signature(office: Office) -> str:
    """Who writes, and where to phone."""
    if not office.phone:
        return f"[[municipality]] {office.name}"
    return _("[[municipality]] %(name)s\n電話 %(phone)s", name=office.name, phone=office.phone)


def _coming(notice: Notice) -> str:
    """The group's next days, each with the public page that it stands on."""
    if not notice.coming:
        return ""
    days = [
        _(
            "・%(title)s　%(when)s\n[[base-url]]/opportunities/%(id)s",
            title=text.one_line(slot.opportunity.title),
            when=dates.short_when(slot),
            id=slot.opportunity.public_id,
        )
        for slot in notice.coming
    ]
    return "\n".join((_("同じ団体の、これからの日程です。"), *days))


def _about_hours(notice: Notice) -> str:
    """Where volunteers write down how long they were active.

    After a day; of a standing need as it begins for them, and as they leave it.
    """
    slot = notice.slot
    if slot.opportunity.kind is not OpportunityKind.VOLUNTEER:
        return ""
    if notice.kind is Kind.THANKS:
        return _(
            "活動した時間を、下の確認ページで記録できます。団体が確認すると、一覧を印刷できます。"
        )
    if slot.standing and (notice.kind in _SURE or notice.had_place):
        return _("活動した日の時間は、下の確認ページで記録できます。")
    return ""


def letter_of(notice: Notice, *, now: datetime) -> Letter:
    """The mail: plain text that stands alone, the link by itself on its line."""
    words = WORDS[notice.kind]
    standing = notice.slot.standing
    day = _("随時") if standing else dates.short_day(tokyo(notice.slot.starts_at).date())
    subject = _(
        "【%(what)s】%(title)s %(day)s", what=str(words.subject), title=notice.title, day=day
    )
    if notice.about:
        subject = _(
            "【%(what)s】%(title)s", what=str(words.subject), title=text.one_line(notice.about)
        )
    told = _told(notice)
    parts = (
        *told,
        _about_hours(notice),
        _coming(notice),
        notice.fill(TO_OLD_ADDRESS if notice.to else words.next_steps),
        "" if notice.to else _("お申込みの確認ページ：\n[[manage-link]]"),
        signature(notice.office),
    )
    body = "\n\n".join(part for part in parts if part)
    invitation = _invitation(notice, now=now)
    method = calendar.method(cancelled=notice.had_place) if invitation else None
    spoken = _script(notice, told) if notice.is_spoken and not notice.to else None
    return Letter(notice.kind, subject, f"{body}\n", invitation, method, spoken)


def _invitation(notice: Notice, *, now: datetime) -> str | None:
    """The .ics of a place that is held, as it is by now, or of one that is given back."""
    slot, signup = notice.slot, notice.signup
    moves_in = notice.is_new_address and signup.status is SignupStatus.CONFIRMED
    if slot.standing:
        return None
    if notice.kind not in _SURE and not notice.had_place and not moves_in:
        return None
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
    return _script(notice, _told(notice))


def _told(notice: Notice) -> tuple[str, ...]:
    """What is written and said alike: what it is about. A sign-up needs both at once."""
    return (
        notice.fill(WORDS[notice.kind].opening),
        _facts(notice),
        _for_the_day(notice) if notice.kind in _REMINDERS else "",
    )


def _script(notice: Notice, told: Sequence[str]) -> str:
    parts = [*told, notice.fill(WORDS[notice.kind].spoken or "")]
    if notice.said:
        parts.append(_("団体から：\n%(said)s", said=notice.said))
    reason = notice.slot.cancelled_reason
    if notice.kind in {Kind.SLOT_CANCELLED, Kind.DRAW_DAY_CANCELLED} and reason:
        # Said by staff, not mailed: nobody's free text goes into a mail (docs/rules/outbox.md).
        parts.append(_("中止の理由：%(reason)s", reason=reason))
    return "\n\n".join(part for part in parts if part)
