"""ご案内とお礼: before the day, where an answer is missing, and the day after."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import SYSTEM
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import use_case
from kyodo_match.notifications.outbox import settle_calls
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.models import Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.rules import Reminder, ReminderWindow, SignupStatus

_KINDS = {Reminder.WEEK: Kind.REMINDER_WEEK, Reminder.DAY: Kind.REMINDER}
_OVERTAKEN = (Kind.REMINDER_WEEK, Kind.ANSWER_MISSING, Kind.DRAW_ANSWER_MISSING)


@use_case
def remind_slot(session: Session, *, slot_id: str, reminder: Reminder, now: datetime) -> int:
    """Remind whoever comes in a week or tomorrow, each sign-up once. How many were told.

    Who has not answered a change is asked for the answer instead. Under the slot's lock, so that
    nobody is reminded of what is being cancelled. Raises NoResultFound.
    Source: docs/rules/reminders.md.
    """
    office = office_of(session)
    windows = rules.reminder_windows(reminder, now=now, calendar=office.calendar)
    if not windows:
        return 0
    slot = locked_slot(session, slot_id)
    window = _of_slot(slot, windows)
    reminded = queries.signups_to_remind(session, slot, reminder, windows, now=now)
    for signup in reminded:
        settle_calls(
            session,
            signup_id=signup.public_id,
            outcome=CallOutcome.NOT_NEEDED,
            by=SYSTEM,
            now=now,
            kinds=_OVERTAKEN,
        )
        notice = _reminder(signup, slot, reminder, office=office, call_by=window)
        tell(session, notice, now=now)
    return len(reminded)


def _of_slot(slot: Slot, windows: tuple[ReminderWindow, ...]) -> datetime | None:
    """When the calls about a slot are due."""
    return next(
        (
            window.call_by
            for window in windows
            if window.call_by and window.starts_from <= slot.starts_at < window.starts_before
        ),
        None,
    )


def _reminder(
    signup: Signup, slot: Slot, reminder: Reminder, *, office: Office, call_by: datetime | None
) -> Notice:
    # A day that was moved is reminded of anew: its date tells the keys apart.
    day = tokyo_date(slot.starts_at)
    if signup.status is SignupStatus.AWAITING_ANSWER:
        occasion = f"{reminder}:{day}"
        return Notice(_missing(signup), signup, slot, office, occasion=occasion, call_by=call_by)
    occasion = str(day) if slot.calendar_sequence else ""
    return Notice(_KINDS[reminder], signup, slot, office, occasion=occasion, call_by=call_by)


def _asking(signup: Signup) -> Kind:
    return Kind.DRAW_ASKED if signup.answers_draw else Kind.CHANGED


def _missing(signup: Signup) -> Kind:
    return Kind.DRAW_ANSWER_MISSING if signup.answers_draw else Kind.ANSWER_MISSING


@use_case
def ask_again_of(session: Session, *, slot_id: str, now: datetime) -> int:
    """Ask those of a slot who have not answered a change in time. How many were asked.

    By phone, until the office closes next and before the activity begins; by mail who gave no
    number. Nobody loses a place by it. Raises NoResultFound. Source: docs/rules/reminders.md.
    """
    slot = locked_slot(session, slot_id)
    office = office_of(session)
    call_by = min(office.calendar.next_closing(now), slot.starts_at)
    asked = queries.signups_to_ask_again(session, slot, now=now)
    for signup in asked:
        occasion = f"late:{signup.answer_by:%Y%m%dT%H%M}"
        notice = Notice(
            _asking(signup) if signup.phone else _missing(signup),
            signup,
            slot,
            office,
            occasion=occasion,
            deadline=call_by if signup.phone else None,
        )
        tell(session, notice, now=now, phone_first=True)
    return len(asked)


@use_case
def thank_slot(session: Session, *, slot_id: str, now: datetime) -> int:
    """Thank those of a slot who came, each sign-up once, with what comes next. How many.

    Nobody is phoned for it. Raises NoResultFound. Source: docs/rules/reminders.md.
    """
    window = rules.thanks_window(now)
    if window is None:
        return 0
    slot = locked_slot(session, slot_id)
    office = office_of(session)
    coming = queries.next_days(session, group_id=slot.opportunity.group_id, now=now)
    thanked = queries.signups_to_thank(session, slot, window, now=now)
    for signup in thanked:
        tell(session, Notice(Kind.THANKS, signup, slot, office, coming=coming), now=now)
    return len(thanked)
