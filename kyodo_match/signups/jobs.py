"""Due work: each slot in a transaction of its own; a second round finds nothing left to do."""

from datetime import datetime

from kyodo_match.core.db import db
from kyodo_match.signups import queries, rules, services


def expire_offers(*, now: datetime) -> int:
    """End offers past their deadline and offer their places to the next. How many ended."""
    due = queries.slots_with_ended_offers(db.session(), now=now)
    return sum(services.expire_offers_of(slot_id=slot_id, now=now) for slot_id in due)


def remind(*, now: datetime) -> int:
    """Remind whoever comes in a week or tomorrow, from 9:00 in Japan. How many were told."""
    due = queries.slots_to_remind(db.session(), now=now)
    return sum(
        services.remind_slot(slot_id=slot_id, reminder=reminder, now=now)
        for reminder, slot_id in due
    )


def ask_again(*, now: datetime) -> int:
    """Ask who has not answered a change in time. How many were asked."""
    due = queries.slots_to_ask_again(db.session(), now=now)
    return sum(services.ask_again_of(slot_id=slot_id, now=now) for slot_id in due)


def thank(*, now: datetime) -> int:
    """Thank who came, from 10:00 of the day after. How many were thanked."""
    window = rules.thanks_window(now)
    due = queries.slots_to_thank(db.session(), window, now=now) if window else ()
    return sum(services.thank_slot(slot_id=slot_id, now=now) for slot_id in due)


def write_digests(*, now: datetime) -> int:
    """Tell groups what happened to their days, from 7:00 in Japan. How many letters there are.

    What was written is marked last: a worker that dies before begins again, and the keys of the
    letters see to it that nobody gets a second one.
    """
    days = rules.digest_days(now=now, told_until=queries.told_until(db.session()))
    if days is None:
        return 0
    due = queries.groups_with_news(db.session(), days)
    written = sum(services.write_digest(group_id=group_id, days=days, now=now) for group_id in due)
    services.note_digests(told_until=days.last)
    return written


def remind_groups(*, now: datetime) -> int:
    """Remind groups, once a turn, of what they have not answered. How many applications."""
    due = queries.approving.groups_to_remind(db.session(), now=now)
    return sum(services.approving.remind_group(group_id=group_id, now=now) for group_id in due)


def remind_asked(*, now: datetime) -> int:
    """Remind applicants, once, of a question that they have not answered. How many."""
    if not rules.approving.may_remind(now):
        return 0
    due = queries.approving.inquiries_to_remind(db.session(), now=now)
    return sum(services.approving.ask_again(signup_id=one, now=now) for one in due)


def end_unanswered(*, now: datetime) -> int:
    """Tell whoever was not answered in time that it cannot be this time. How many were told."""
    due = queries.approving.slots_to_end(db.session(), now=now)
    return sum(services.approving.end_unanswered_of(slot_id=slot_id, now=now) for slot_id in due)
