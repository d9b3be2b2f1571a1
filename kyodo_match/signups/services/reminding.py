"""前日のご案内."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups import queries, rules
from kyodo_match.signups.outbox import Kind, Notice, tell


@use_case
def remind_slot(session: Session, *, slot_id: str, now: datetime) -> int:
    """Remind whoever comes tomorrow, each sign-up once. How many were told.

    Under the slot's lock, so that nobody is reminded of what is being cancelled. Raises
    NoResultFound.
    """
    window = rules.reminder_window(now)
    if window is None:
        return 0
    slot = locked_slot(session, slot_id)
    office = office_of(session)
    reminded = queries.signups_to_remind(session, slot, window)
    for signup in reminded:
        tell(session, Notice(Kind.REMINDER, signup, slot, office), now=now)
    return len(reminded)
