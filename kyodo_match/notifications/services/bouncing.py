"""What comes back: mail that failed, addresses that take none, and the calls made instead."""

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core.db import dialect_of, insert_of, use_case
from kyodo_match.core.i18n import _
from kyodo_match.notifications import outbox
from kyodo_match.notifications.delivery import Report
from kyodo_match.notifications.errors import NoSuchMail, NotSentYet
from kyodo_match.notifications.models import OutboxMessage, PhoneCall, UndeliverableAddress
from kyodo_match.notifications.rules import (
    REPORTS_WITHIN,
    WAITING_CALLS,
    WRITTEN_ONLY,
    CallOutcome,
    MessageState,
)
from kyodo_match.settings.queries import office

_GONE = (MessageState.FAILED, MessageState.SUPPRESSED)
_WAITING = (MessageState.QUEUED, MessageState.RETRY)


@dataclass(frozen=True)
class Bounce:
    """Which mail came back, to whom, and whether that was known before."""

    message_id: str
    recipient: str
    is_new: bool


@use_case
def note_bounced(
    session: Session, *, message_id: str, reason: str, actor: str, now: datetime
) -> None:
    """Staff saw a mail come back: it failed, its address takes none, and somebody phones.

    Again for the same mail it is nothing new. Raises NoResultFound, NotSentYet.
    Source: docs/rules/bounces.md.
    """
    message = session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.public_id == message_id).with_for_update()
    ).one()
    _bounce(session, message, reason=reason, of_address=True, actor=actor, now=now)


@use_case
def note_report(session: Session, *, report: Report, actor: str, now: datetime) -> Bounce:
    """A mail server reported that a mail came back. Raises NoSuchMail, NotSentYet.

    The mail is found by our Message-ID, which nobody can guess; else it is the last one of these
    days to that address. Source: docs/rules/bounces.md.
    """
    message = _by_id(session, report) or _by_recipient(session, report, now=now)
    if message is None:
        raise NoSuchMail
    is_new = _bounce(
        session,
        message,
        reason=_("メールが戻ってきました：%(said)s", said=report.reason),
        of_address=_is_believed(report, message),
        actor=actor,
        now=now,
    )
    return Bounce(message.public_id, message.recipient, is_new)


def _is_believed(report: Report, message: OutboxMessage) -> bool:
    """Whether a report may mark the address of a mail as one that takes none.

    Only who has our mail knows its id; a report without one can be written by anybody, who would
    else cut a neighbour off from every mail. A forwarded mail comes back from where it was
    forwarded to: ours may have arrived.
    """
    return (
        report.of_address
        and message.message_id in report.message_ids
        and message.recipient in report.recipients
    )


def _by_id(session: Session, report: Report) -> OutboxMessage | None:
    return session.scalars(
        sa.select(OutboxMessage)
        .where(OutboxMessage.public_id.in_([one.partition(".")[0] for one in report.message_ids]))
        .where(OutboxMessage.message_id.in_(report.message_ids))
        .order_by(OutboxMessage.id.desc())
        .limit(1)
        .with_for_update()
    ).first()


def _by_recipient(session: Session, report: Report, *, now: datetime) -> OutboxMessage | None:
    if report.message_ids:
        return None  # it names a mail, and not one of this outbox
    return session.scalars(
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.recipient.in_(report.recipients),
            OutboxMessage.sent_at > now - REPORTS_WITHIN,
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
        .with_for_update()
    ).first()


def _bounce(
    session: Session,
    message: OutboxMessage,
    *,
    reason: str,
    of_address: bool,
    actor: str,
    now: datetime,
) -> bool:
    """Whether it is new that this mail came back."""
    if message.state in _GONE:
        return False
    if message.state is not MessageState.SENT:
        raise NotSentYet
    give_up(session, message, reason=reason, of_address=of_address, now=now)
    note(session, "mail.bounced", message, actor=actor, now=now)
    return True


def give_up(
    session: Session, message: OutboxMessage, *, reason: str, of_address: bool, now: datetime
) -> None:
    """A step: a mail will not arrive; what it said is phoned, where that is worth a call.

    An address that takes no mail is written to no more, and what waits to go there is phoned too.
    """
    message.last_error = reason
    message.leased_until = None
    message.state = _end(message)
    _phone(session, message, now=now)
    if not of_address:
        return
    _distrust(session, message.recipient, reason=reason, now=now)
    others = session.scalars(
        sa.select(OutboxMessage)
        .where(OutboxMessage.recipient == message.recipient, OutboxMessage.state.in_(_WAITING))
        .with_for_update(skip_locked=True)
    )
    for other in others.all():
        other.state = MessageState.SUPPRESSED
        other.last_error = reason
        _phone(session, other, now=now)


def _is_phoned(message: OutboxMessage) -> bool:
    """Whether the applicant must know: not who is told of a change at an address that was."""
    about_somebody = message.signup_id is not None or message.volunteer_id is not None
    is_own = about_somebody and message.access_version is not None
    return is_own and message.kind not in WRITTEN_ONLY


def _end(message: OutboxMessage) -> MessageState:
    """Failed is what somebody must look after; thanks that came back are only not sent again."""
    if message.wish_id is not None:
        return MessageState.SUPPRESSED  # nobody has a number to phone, and no answer is waited for
    about_nobody = message.signup_id is None and message.volunteer_id is None
    return MessageState.FAILED if about_nobody or _is_phoned(message) else MessageState.SUPPRESSED


def _phone(session: Session, message: OutboxMessage, *, now: datetime) -> None:
    """Put what a mail said on the phone list, due when the office closes next."""
    if not _is_phoned(message):
        return
    key = f"mail-failed:{message.public_id}"
    outbox.call(
        session,
        key=key,
        kind="mail_failed",
        signup_id=message.signup_id or "",
        volunteer_id=message.volunteer_id or "",
        script=_script(message),
        now=now,
        due_at=office(session).calendar.next_closing(now),
    )
    # Tried again and failed again: the call that was made before does not settle it.
    session.execute(
        sa.update(PhoneCall)
        .where(PhoneCall.key == key, PhoneCall.outcome.not_in(WAITING_CALLS))
        .values(outcome=CallOutcome.OPEN, done_at=None, done_by=None, created_at=now)
    )


def _script(message: OutboxMessage) -> str:
    """What to say: as the kind is spoken, or what the mail said, without its links."""
    instead = {
        "base-url": _("（市のページ）"),
        "manage-link": _("（本人だけのリンク）"),
        "account-link": _("（本人だけのリンク）"),
        "volunteer-link": _("（本人だけのリンク）"),
        "pin": _("（本人だけの番号）"),
        "municipality": "",
    }
    said = message.spoken or _LINK.sub(lambda found: instead.get(found[1], ""), message.body)
    lines = "\n".join(line.strip() for line in said.splitlines())
    return (
        _(
            "メールが届きませんでした。次のことを電話で伝え、メールアドレスをもう一度うかがってください。"
        )
        + f"\n\n{lines.strip()}"
    )


_LINK = re.compile(r"\[\[([a-z-]+)\]\](?:/\S*)?")


def _distrust(session: Session, address: str, *, reason: str, now: datetime) -> None:
    session.execute(
        insert_of(dialect_of(session))(UndeliverableAddress)
        .values(address=address, since=now, reason=reason)
        .on_conflict_do_update(index_elements=["address"], set_={"since": now, "reason": reason})
    )
