"""抽選の申込み: the steps by which an application enters a draw, under the lock of its round."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import SYSTEM, note
from kyodo_match.core import dates
from kyodo_match.core.secrets import Keys
from kyodo_match.notifications.outbox import settle_calls
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries
from kyodo_match.signups.models import Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.rules import Application, Channel, SignupStatus
from kyodo_match.signups.services.applying import SPOKEN, write_signup
from kyodo_match.signups.services.edges import speaker


def enter(
    session: Session,
    slot: Slot,
    application: Application,
    *,
    keys: Keys,
    now: datetime,
    actor: str,
) -> Signup:
    """A checked application waits for its draw; `slot` is its first wish. It takes no place."""
    signup = write_signup(session, slot, application, SignupStatus.ENTERED, keys=keys, now=now)
    note(
        session,
        f"signup.{signup.status}",
        signup,
        actor=actor,
        now=now,
        slot=slot.public_id,
        channel=application.channel,
        party=queries.size_of(slot, application.participants),
    )
    return signup


def tell_entered(
    session: Session,
    signup: Signup,
    *,
    title: str,
    lines: str,
    deadline: datetime,
    office: Office,
    now: datetime,
    actor: str,
) -> None:
    """Say that it was taken; `lines` are its number, its wishes and when it is drawn.

    Who sent it from the web without an e-mail has the receipt on the screen. Paper has none: its
    sender is phoned.
    """
    if signup.channel is Channel.WEB and not signup.email:
        return
    notice = Notice(
        Kind.ENTERED,
        signup,
        signup.slot,
        office,
        deadline=deadline,
        about=title,
        was=lines,
        told_by=speaker(actor) if signup.channel in SPOKEN else "",
    )
    tell(session, notice, now=now)


def tell_changed(
    session: Session,
    signup: Signup,
    *,
    title: str,
    lines: str,
    deadline: datetime,
    occasion: str,
    office: Office,
    now: datetime,
    actor: str,
) -> None:
    """Say what an application to a draw holds now."""
    notice = Notice(
        Kind.ENTRY_CHANGED,
        signup,
        signup.slot,
        office,
        deadline=deadline,
        about=title,
        was=lines,
        occasion=occasion,
        told_by=speaker(actor),
    )
    tell(session, notice, now=now)


def tell_of_round(
    session: Session,
    signup: Signup,
    *,
    kind: Kind,
    title: str,
    lines: str,
    moment: datetime,
    office: Office,
    now: datetime,
) -> None:
    """Say what of a draw's announcement has moved; a call that named what was before is over.

    `moment` is the new one: of the deadline (ROUND_EXTENDED) or of the draw (ROUND_MOVED).
    """
    settle_calls(
        session,
        signup_id=signup.public_id,
        outcome=CallOutcome.NOT_NEEDED,
        by=SYSTEM,
        now=now,
        kinds=(kind,),
    )
    notice = Notice(
        kind,
        signup,
        signup.slot,
        office,
        deadline=moment,
        about=title,
        was=lines,
        occasion=dates.iso_local(now),
    )
    tell(session, notice, now=now)
