"""Makers around the day: marks and links, as the services make them."""

from datetime import datetime
from secrets import token_hex

from kyodo_match.accounts.models import Account
from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation import queries, services
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant
from tests.support.databases import look_again
from tests.support.make_signups import keys

ACTOR = "a1b2c3d4e5f6"


def people_of(slot: Slot) -> list[Participant]:
    """The list of the day as the database holds it now."""
    look_again()
    return list(queries.expected(db.session(), slot))


def mark(  # noqa: PLR0917 - a mark is said in one line
    slot: Slot,
    person: Participant,
    state: Attendance,
    now: datetime,
    reason: str = "",
    actor: str | Account = ACTOR,
    *,
    office: bool = False,
) -> None:
    """Mark somebody; each call is a tap of its own."""
    services.mark(
        slot_id=slot.public_id,
        participant_id=person.public_id,
        attendance=state,
        nonce=token_hex(16),
        marked_at=now,
        now=now,
        reason=reason,
        actor=actor.public_id if isinstance(actor, Account) else actor,
        office=office,
    )


def make_link(slot: Slot, now: datetime, actor: str = ACTOR) -> tuple[str, str]:
    """A link for the reception of a day: its id and the path that opens it."""
    link_id = services.make_link(slot_id=slot.public_id, now=now, actor=actor)
    return link_id, f"/reception/{keys().reception_token(link_id)}"
