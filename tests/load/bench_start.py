"""From the start of `kyodo-match serve` to its first answers, and what its processes weigh."""

import os
import subprocess
import time
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from tests.load.results import Figure
from tests.support.served import START_SECONDS, Client, Installation, free_port

ROUNDS = 5
_PAGES = ("/", "/opportunities", "/plan", "/groups", "/help", "/manage/lookup")
_LOOKS = 20


def start_figures(installation: Installation) -> list[Figure]:
    """Seconds to the first 200 of /healthz and of /; RSS and PSS after a few hundred pages."""
    healthy, answered = [], []
    sizes: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        port = free_port()
        begin = time.perf_counter()
        process = subprocess.Popen(
            [installation.command, "serve", "--port", str(port)],
            env=installation.env,
            cwd=installation.data_dir,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            healthy.append(_answers(port, "/healthz", begin))
            answered.append(_answers(port, "/", begin))
            for _look in range(_LOOKS):
                for page in _PAGES:
                    Client(port).get(page)
            for name, size in _sizes(process.pid):
                sizes.setdefault(name, []).append(size)
        finally:
            process.terminate()
            process.wait()
    return [
        Figure("start: first answer of `/healthz`", healthy, "s", 1.5),
        Figure("start: first answer of `/`", answered, "s", 1.5),
        *(Figure(name, values, "MB", 90) for name, values in sorted(sizes.items())),
    ]


def _answers(port: int, path: str, begin: float) -> float:
    while time.perf_counter() - begin < START_SECONDS:
        with suppress(OSError):
            if Client(port).get(path).status == HTTPStatus.OK:
                return time.perf_counter() - begin
        time.sleep(0.01)  # asked until it answers: that is the figure
    raise AssertionError(f"{path} did not answer")


def _sizes(master: int) -> list[tuple[str, float]]:
    """Of each process of the group: resident memory, and its fair share of what is shared."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getpgid(int(place.name)) != master or int(place.name) == master:
                continue
            command = (place / "cmdline").read_bytes()
            name = "mail worker" if b"\0worker\0" in command else "web worker"
            lines = (place / "smaps_rollup").read_text().splitlines()[1:]
            facts = {
                key: int(value.split()[0])
                for key, _, value in (line.partition(":") for line in lines)
            }
            found += [
                (f"memory: {name}, {fact.upper()}", facts[fact] / 1024) for fact in ("Rss", "Pss")
            ]
    return found
