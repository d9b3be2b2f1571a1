"""Due work: mails about new days to the wishes whose turn it is."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from kyodo_match.core.db import db
from kyodo_match.matching.outbox.alerts import AlertWords
from kyodo_match.matching.queries import alerts as queries
from kyodo_match.matching.queries.alerts import DueWish
from kyodo_match.matching.queries.suggesting import ShownDay, facts_of
from kyodo_match.matching.rules import alerts as rules
from kyodo_match.matching.rules.recommending.board import Picked
from kyodo_match.matching.services import alerts as services
from kyodo_match.matching.services.alerts import Alert
from kyodo_match.notifications.queries import last_due
from kyodo_match.settings.queries import office

_AT_ONCE = 200  # wishes a transaction
# Then mail is delivered and the pulse beats; the next round goes on with the rest.
_SECONDS = 10.0


def write_alerts(
    *, now: datetime, stopping: Callable[[], bool] = lambda: False, seconds: float = _SECONDS
) -> int:
    """Write to the wishes whose turn it is about days that are new to them. How many letters.

    What suits is worked out before the transaction that writes it: on SQLite nobody else could
    write meanwhile. A worker that dies leaves whole wishes to the next one.
    """
    if not rules.may_write(now) or not queries.is_any_due(db.session(), now=now):
        return 0
    run = _Run(now)
    end = time.monotonic() + seconds
    while not stopping() and time.monotonic() < end and run.write_some():
        pass
    return run.letters


class _Run:
    """One run: the days that are coming, in points and in words, for all wishes it writes to."""

    def __init__(self, now: datetime) -> None:
        session = db.session()
        self.letters = 0
        self._now = now
        self._after = 0
        self._board, self._weights = queries.coming_board(session, now=now)
        self._words = AlertWords(office(session), now=now)
        # After what waits already, so that the mail relay is not asked for more at once.
        self._since = max(last_due(session, rules.ALERT_KIND) or now, now)
        self._facts: dict[str, ShownDay] = {}
        self._keys: dict[str, int] = {}

    def write_some(self) -> bool:
        """Write to the next wishes; whether there were any."""
        session, now = db.session(), self._now
        wishes = queries.due_wishes(session, now=now, after=self._after, limit=_AT_ONCE)
        if not wishes:
            return False
        self._after = wishes[-1].id
        known = queries.known_to(session, wishes, now=now)
        reached = [wish for wish in wishes if wish.id not in known.unreachable]
        picked = [(wish, self._pick(wish, known)) for wish in reached]
        self._describe([days for _wish, found in picked for days in found])
        self.letters += services.write_alerts(
            alerts=self._alerts(picked),
            nothing_new=[wish for wish, found in picked if not found],
            unreachable=[wish for wish in wishes if wish.id in known.unreachable],
            slots=self._keys,
            weights_version=self._weights.version,
            now=now,
        )
        return True

    def _pick(self, wish: DueWish, known: queries.Known) -> list[Picked]:
        return self._board.best_activities(
            wish.choices,
            limit=rules.MOST_ACTIVITIES,
            least=rules.least_points(wish.choices, self._weights),
            without=known.activities.get(wish.id, ()),
            told=known.slots.get(wish.id, ()),
        )

    def _describe(self, picked: Sequence[Picked]) -> None:
        """Read what letters say of days that none has spoken of yet."""
        slots = {fit.need.slot for one in picked for fit in (one.best, *one.others)}
        new = slots - self._facts.keys()
        if new:
            self._facts |= facts_of(db.session(), new)
            self._keys |= queries.slot_keys(db.session(), new)

    def _alerts(self, picked: Sequence[tuple[DueWish, list[Picked]]]) -> list[Alert]:
        some = [(wish, days) for wish, days in picked if days]
        return [
            Alert(
                wish,
                days,
                self._words.letter(wish.choices, days, self._facts),
                rules.due_at(self.letters + number, since=self._since),
            )
            for number, (wish, days) in enumerate(some)
        ]
