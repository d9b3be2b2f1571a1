"""The negative control: `kyodo-match` with its lock switched off and the window widened.

Run as `python -m tests.support.unlocked serve …`. Only tests can do this: it replaces functions of
the running process, and no environment variable weakens the product itself.
"""

import time
from contextlib import nullcontext
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core import db
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import rules
from kyodo_match.signups.services import applying

WINDOW_SECONDS = 0.3


def _begin_without_lock(session: Session) -> None:
    """On SQLite each statement by itself, on PostgreSQL a transaction that locks no row."""
    session.connection(execution_options={"kyodo_begin": "SELECT 1"})


def _unlocked_slot(session: Session, public_id: str) -> Slot:
    return session.scalars(sa.select(Slot).where(Slot.public_id == public_id)).one()


def _slowly(decide: Any) -> Any:
    """Between counting and writing, everybody else gets their turn."""

    def wait_then_decide(**facts: Any) -> Any:
        verdict = decide(**facts)
        time.sleep(WINDOW_SECONDS)  # the window of the negative control
        return verdict

    return wait_then_decide


def switch_off() -> None:
    """Replace the gate, the write lock and the row lock, and widen the window."""
    replaced: dict[str, tuple[Any, Any]] = {
        "_gate_of": (db, lambda _engine: nullcontext()),
        "begin_writing": (db, _begin_without_lock),
        "locked_slot": (applying, _unlocked_slot),
        "place": (applying, _slowly(rules.place)),
    }
    for name, (module, function) in replaced.items():
        if not hasattr(module, name):
            raise AttributeError(name)  # else the control would switch off nothing
        setattr(module, name, function)


if __name__ == "__main__":
    switch_off()
    from kyodo_match.cli import main

    main()
