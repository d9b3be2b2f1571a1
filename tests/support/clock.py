"""Time in tests stands still until a test moves it."""

from datetime import datetime, timedelta

from kyodo_match.core.clock import TOKYO

START = datetime(2026, 11, 22, 10, 0, tzinfo=TOKYO)


def at(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    """A moment in Japan."""
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO)


class FrozenClock:
    """Stands in for `kyodo_match.core.clock.now`, which is the only thing that asks the time."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move_to(self, moment: datetime) -> datetime:
        """Let it be another time from now on."""
        if moment.tzinfo is None:
            raise ValueError(f"naive datetime: {moment!r}")
        self.moment = moment
        return moment

    def move(self, **by: float) -> datetime:
        """Let time pass: `move(hours=3, minutes=1)`."""
        return self.move_to(self.moment + timedelta(**by))
