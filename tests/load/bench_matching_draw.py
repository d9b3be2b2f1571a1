"""The draw of 100,000 applications for 10,000 slots with five choices each: seconds and memory.

A process of its own for each measurement, so that its peak is that of the draw alone.
"""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.drawing import DrawSlot, Unit
from kyodo_match.matching.rules.rounds import RoundMode
from tests.load.results import Figure

ROOT = Path(__file__).resolve().parents[2]
UNITS = 100_000
SLOTS = 10_000
CAPACITY = 6
CHOICES = 5
ROUNDS = 5
_SECONDS = {RoundMode.SERIAL: 2, RoundMode.SOFT_RESERVES: 5}
_MEGABYTES = 300
_NAMES = {RoundMode.SERIAL: "serial", RoundMode.SOFT_RESERVES: "soft reserves"}


def draw_figures() -> list[Figure]:
    """Both modes: CPU time of the draw, and the peak memory of a process that does only it."""
    figures = []
    for mode in RoundMode:
        runs = [_measured(mode) for _ in range(ROUNDS)]
        name = (
            f"draw: {UNITS:,} applications × {SLOTS:,} slots, {CHOICES} choices ({_NAMES[mode]})"
        )
        seconds = [run["seconds"] for run in runs]
        megabytes = [run["megabytes"] for run in runs]
        figures += [
            Figure(name, seconds, "CPU s", _SECONDS[mode]),
            Figure(f"{name}, peak memory", megabytes, "MB", _MEGABYTES),
        ]
    return figures


def _measured(mode: RoundMode) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", __name__, mode.value],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def crowd(mode: RoundMode) -> tuple[list[Unit], list[DrawSlot]]:
    """More people than places: most are turned away, so most choices are looked at."""
    chance = random.Random(1)
    reserving = mode is RoundMode.SOFT_RESERVES
    reserves = {1: 2, 2: 1} if reserving else {}
    slots = [DrawSlot(f"s{n}", CAPACITY, None, reserves) for n in range(SLOTS)]
    ids = [slot.id for slot in slots]
    units = [
        Unit(
            f"A-{n:06}",
            1 if reserving else chance.choice((1, 1, 1, 2, 3)),
            chance.randrange(3),
            tuple(chance.sample(ids, CHOICES)),
        )
        for n in range(UNITS)
    ]
    return units, slots


def main(mode: RoundMode) -> dict[str, Any]:
    """What one draw takes; reading and publishing the list is not part of it."""
    units, slots = crowd(mode)
    seed = drawing.seed("bench", "3 5 1")
    begin = time.process_time()
    results = drawing.draw(units, slots, seed=seed, mode=mode)
    seconds = time.process_time() - begin
    if len(results) != UNITS:
        raise AssertionError(len(results))
    peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    return {"seconds": seconds, "megabytes": int(peak) / 1024}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(RoundMode(sys.argv[1]))))
