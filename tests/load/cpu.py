"""What a server's processes compute for an act: CPU time, which waiting does not lengthen."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

BATCHES = 7
REQUESTS = 60
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _tree(int(child))
    return found


def _ticks(pid: int) -> int:
    """Clock ticks that a server's processes have used, in user and system mode."""
    total = 0
    for each in _tree(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total


def measured(pid: int, act: Callable[[], object]) -> list[float]:
    """CPU milliseconds of the server for one act: a value for each batch, after a warm-up."""
    return in_turns([(pid, act)])[0]


def in_turns(acts: Sequence[tuple[int, Callable[[], object]]]) -> list[list[float]]:
    """The same for several servers, batch by batch in turns: a busy machine is so for all."""
    for _pid, act in acts:
        for _ in range(REQUESTS // 4):
            act()
    values: list[list[float]] = [[] for _ in acts]
    for _ in range(BATCHES):
        for (pid, act), own in zip(acts, values, strict=True):
            before = _ticks(pid)
            for _ in range(REQUESTS):
                act()
            own.append((_ticks(pid) - before) * _TICK_MS / REQUESTS)
    return values
