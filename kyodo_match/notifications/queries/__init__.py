"""Reading the outbox, the phone list and the pulse."""

from kyodo_match.notifications.queries.calls import (
    CallList,
    call_about,
    call_counts,
    calls,
    phone_call,
    tries_of,
    waiting_calls,
)
from kyodo_match.notifications.queries.mail import (
    PER_PAGE,
    distrusted,
    distrusted_among,
    due,
    failed_since,
    failed_since_count,
    failed_to_settle,
    is_any_due,
    last_due,
    message,
    message_counts,
    messages,
    oldest_due,
    people_out_of_reach,
)
from kyodo_match.notifications.queries.pulse import failing_jobs, last_beat

__all__ = [
    "PER_PAGE",
    "CallList",
    "call_about",
    "call_counts",
    "calls",
    "distrusted",
    "distrusted_among",
    "due",
    "failed_since",
    "failed_since_count",
    "failed_to_settle",
    "failing_jobs",
    "is_any_due",
    "last_beat",
    "last_due",
    "message",
    "message_counts",
    "messages",
    "oldest_due",
    "people_out_of_reach",
    "phone_call",
    "tries_of",
    "waiting_calls",
]
