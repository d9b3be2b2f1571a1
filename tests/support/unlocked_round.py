"""The negative control of a deadline: `kyodo-match` in which an application locks no round.

Run as `python -m tests.support.unlocked_round serve …`, as `tests.support.unlocked` is.
"""

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.matching.models.rounds import Round
from kyodo_match.matching.queries import rounds as queries
from kyodo_match.matching.rules import entering
from tests.support import unlocked


def _unlocked_round(session: Session, public_id: str) -> Round:
    return session.scalars(sa.select(Round).where(Round.public_id == public_id)).one()


def _slowly(decide: Any) -> Any:
    def decide_then_wait(*facts: Any, **others: Any) -> Any:
        verdict = decide(*facts, **others)
        time.sleep(unlocked.WINDOW_SECONDS)  # the window of the negative control
        return verdict

    return decide_then_wait


def switch_off() -> None:
    """Replace the lock of the round where applications take it, and widen the window."""
    unlocked.switch_off()
    queries.locked_round = _unlocked_round
    entering.check_taking = _slowly(entering.check_taking)


if __name__ == "__main__":
    switch_off()
    from kyodo_match.cli import main

    main()
