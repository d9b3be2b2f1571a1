"""お声がけ: a day put before a volunteer by mail or phone, and taken back; without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.core import dates, text
from kyodo_match.core.clock import tokyo
from kyodo_match.core.i18n import _
from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.outbox.volunteers import VolunteerKind, post
from kyodo_match.notifications.outbox import Letter, call
from kyodo_match.opportunities.models import Role, Slot
from kyodo_match.settings.rules import Office
from kyodo_match.signups.outbox.letters import signature


def invitation_key(proposal_id: str) -> str:
    """By which an invitation is told once, and its call is found.

    What is said of it later begins with the same, and a colon.
    """
    return f"{VolunteerKind.INVITED}:proposal:{proposal_id}"


def _subject(words: str, slot: Slot) -> str:
    return _(
        "【%(what)s】%(title)s %(day)s",
        what=words,
        title=text.one_line(slot.opportunity.title),
        day=dates.short_day(tokyo(slot.starts_at).date()),
    )


def _facts(slot: Slot, role: Role | None) -> str:
    offer = slot.opportunity
    lines = (
        _("活動：%(what)s", what=text.one_line(offer.title)),
        _("団体：%(what)s", what=text.one_line(offer.group.name)),
        _("日時：%(what)s", what=dates.when(slot)),
        _("場所：%(what)s", what=text.one_line(slot.place or offer.place)),
        role and _("お願いしたい役割：%(what)s", what=text.one_line(role.name)),
        offer.certificate and _("必要な資格：%(what)s", what=text.one_line(offer.certificate)),
    )
    return "\n".join(line for line in lines if line)


def _why(reasons: Sequence[str]) -> str:
    if not reasons:
        return ""
    listed = "\n".join(f"・{reason}" for reason in reasons)
    return _("お声がけした理由：\n%(listed)s", listed=listed)


@dataclass(frozen=True)
class Asking:
    """What asks a volunteer whether they come, and how they are reached."""

    proposal: Proposal
    volunteer: Volunteer
    slot: Slot
    office: Office
    phone_first: bool  # no time to write


def tell_invited(
    session: Session, asking: Asking, *, reasons: Sequence[str], now: datetime
) -> None:
    """Ask a volunteer, once: by mail, or by phone where there is no mail or no time to write."""
    opening = _("人手を求めている活動があります。ご都合が合えば、引き受けていただけませんか。")
    said = (opening, _facts(asking.slot, asking.proposal.role), _why(reasons))
    key = invitation_key(asking.proposal.public_id)
    _ask(session, asking, VolunteerKind.INVITED, _("お声がけ"), said, key=key, now=now)


def tell_moved(session: Session, asking: Asking, *, was: str, now: datetime) -> None:
    """Ask again, since the day has moved; `was` says where it was and where it is."""
    opening = _(
        "先日お声がけした活動の、日時や場所が変わりました。"
        "変わったあとの内容で引き受けていただけるかどうかを、お知らせください。"
    )
    said = (opening, was, _facts(asking.slot, asking.proposal.role))
    key = f"{invitation_key(asking.proposal.public_id)}:moved:{asking.slot.calendar_sequence}"
    subject = _("お声がけした活動の変更")
    _ask(session, asking, VolunteerKind.INVITATION_MOVED, subject, said, key=key, now=now)


def _ask(
    session: Session,
    asking: Asking,
    kind: VolunteerKind,
    subject: str,
    said: Sequence[str],
    *,
    key: str,
    now: datetime,
) -> None:
    volunteer, until = asking.volunteer, asking.proposal.answer_by
    deadline = dates.moment(until) if until else ""
    parts = (
        *said,
        _(
            "お返事の期限：%(deadline)s\n"
            "次のページで「引き受けます」か「今回は遠慮します」を選んでください。"
            "断っても、団体には伝わりません。",
            deadline=deadline,
        ),
        _("お返事のページ：\n[[volunteer-link]]"),
        signature(asking.office),
    )
    body = "\n\n".join(part for part in parts if part)
    asked = _(
        "引き受けるかどうかを聞いて、記録してください。引き受けるときは、団体にお名前と連絡先を"
        "伝えてよいかも聞いてください。断ったことは、団体には伝わりません。\n"
        "お返事の期限：%(deadline)s",
        deadline=deadline,
    )
    script = "\n\n".join(part for part in (*said, asked) if part)
    letter = Letter(kind, _subject(subject, asking.slot), f"{body}\n", spoken=script)
    is_written = (
        bool(volunteer.email)
        and not (asking.phone_first and volunteer.phone)
        and post(session, letter, volunteer, key=key, recipient=volunteer.email, now=now)
    )
    if is_written:
        return
    call(
        session,
        key=key,
        kind=kind,
        volunteer_id=volunteer.public_id,
        script=script,
        now=now,
        due_at=until,
    )


def tell_withdrawn(
    session: Session,
    proposal: Proposal,
    volunteer: Volunteer,
    slot: Slot,
    *,
    office: Office,
    now: datetime,
) -> None:
    """Say that an answer is not needed any more; who has no e-mail is not phoned about it."""
    if not volunteer.email:
        return
    body = "\n\n".join(
        (
            _("先日お声がけした活動について、お返事はいらなくなりました。"),
            _facts(slot, proposal.role),
            _("また合う活動があるときに、お声がけします。ありがとうございました。"),
            signature(office),
        )
    )
    letter = Letter(
        VolunteerKind.INVITATION_WITHDRAWN,
        _subject(_("お声がけの取りやめ"), slot),
        f"{body}\n",
    )
    key = f"{VolunteerKind.INVITATION_WITHDRAWN}:proposal:{proposal.public_id}"
    post(session, letter, volunteer, key=key, recipient=volunteer.email, now=now)
