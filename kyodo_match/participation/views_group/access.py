"""Who sees names on a day: the window of the reader's role, or a list opened with a reason."""

from dataclasses import replace

from flask import abort, request, session

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.groups.models import Group
from kyodo_match.groups.queries import by_public_id, groups_of
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation import queries, rules
from kyodo_match.participation.queries import ReceptionDay
from kyodo_match.participation.rules import Attendance
from kyodo_match.web.people import Person, current_account
from kyodo_match.web.policies import may

_OPENED = "opened_names"
_OPEN_SECONDS = 30 * 60


def reader() -> Person:
    """Who reads; the policies of these pages ask for a sign-in."""
    account = current_account()
    if account is None:
        abort(404)
    return account


def is_editor(slot: Slot) -> bool:
    """Whether the reader may see names from the sign-up on: staff, editors and owners."""
    account = reader()
    if account.is_staff:
        return True
    roles = {group.id: role for group, role in groups_of(db.session(), account.id)}
    role = roles.get(slot.opportunity.group_id, MemberRole.RECEPTION)
    return role.rank >= MemberRole.EDITOR.rank


def hours_groups() -> list[Group] | None:
    """Whose hours the reader looks after; None where a coordinator has not said which group."""
    if not may("coordinator"):
        own = groups_of(db.session(), reader().id)
        return [group for group, role in own if role.rank >= MemberRole.EDITOR.rank]
    wanted = request.args.get("group", "")
    if not wanted:
        return None
    return [by_public_id(db.session(), wanted) or abort(404)]


def layout() -> str:
    """Staff stay in the office's own area."""
    return "layouts/staff.html" if reader().is_staff else "layouts/group.html"


def day_or_404(slot_id: str) -> ReceptionDay:
    """The day as the reader may see it: without names where they are closed."""
    slot = opportunities.slot_by_id(db.session(), slot_id)
    if slot is None or slot.standing:
        abort(404)
    return _as_seen(slot)


def hours_day_or_404(slot_id: str) -> ReceptionDay:
    """The people of a volunteer need, of one day or standing, as the reader may see them."""
    slot = opportunities.slot_by_id(db.session(), slot_id)
    if slot is None or not queries.takes_hours(slot):
        abort(404)
    return _as_seen(slot)


def _as_seen(slot: Slot) -> ReceptionDay:
    day = queries.reception_day(db.session(), slot)
    return day if _sees_names(day) else replace(day, listed=None)


def remember_opened(slot_id: str, reason: str) -> None:
    """The list of this day is open on this device for half an hour."""
    session[_OPENED] = [slot_id, int(clock.now().timestamp()), reason]


def reason_of_opening(slot_id: str) -> str:
    """Why this device opened the list of this day; "" where it did not, or too long ago."""
    opened, seconds, reason = session.get(_OPENED) or ("", 0, "")
    is_fresh = clock.now().timestamp() - seconds <= _OPEN_SECONDS
    return str(reason) if opened == slot_id and is_fresh else ""


def may_open_names(day: ReceptionDay) -> bool:
    """Whether the closed list may be opened for a correction: by editors, in the group's month."""
    slot, now = day.slot, clock.now()
    closed = day.people is None and now >= rules.end_of_day_after(slot.ends_at)
    return closed and now < rules.group_until(slot.ends_at) and is_editor(slot)


def _sees_names(day: ReceptionDay) -> bool:
    slot, now = day.slot, clock.now()
    if reader().is_staff:
        return True
    editor = is_editor(slot)
    if editor and now < rules.group_until(slot.ends_at) and reason_of_opening(slot.public_id):
        return True
    return rules.names_open(
        editor=editor,
        closes_at=rules.desk_opens_at(closes_at=slot.closes_at, starts_at=slot.starts_at),
        ends_at=slot.ends_at,
        unmarked=day.counts[Attendance.UNMARKED],
        now=now,
    )
