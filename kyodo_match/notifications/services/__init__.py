"""送信のユースケース: delivery, the phone list, and the worker's beat."""

from kyodo_match.notifications.services.bouncing import Bounce, note_bounced, note_report
from kyodo_match.notifications.services.calling import close_call
from kyodo_match.notifications.services.delivering import (
    lease,
    note_failed,
    note_sent,
    put_back,
    send_again,
)
from kyodo_match.notifications.services.pulse import beat, note_job
from kyodo_match.notifications.services.resending import send_failed_again

__all__ = [
    "Bounce",
    "beat",
    "close_call",
    "lease",
    "note_bounced",
    "note_failed",
    "note_job",
    "note_report",
    "note_sent",
    "put_back",
    "send_again",
    "send_failed_again",
]
