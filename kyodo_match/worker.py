"""What runs without a request: delivery and due work, in one plain loop.

The state is in the database's rows alone (leases, due times), so any number of workers may run and
any of them may die at any moment.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from flask import Flask

from kyodo_match.accounts import jobs as account_jobs
from kyodo_match.app import create_app
from kyodo_match.config import Settings
from kyodo_match.core import clock
from kyodo_match.notifications import jobs as notification_jobs
from kyodo_match.notifications import services as notification_services
from kyodo_match.signups import jobs as signup_jobs

log = structlog.get_logger()

_IDLE_SECONDS = 1.0
_SECONDS_BETWEEN_BEATS = 10.0


def run_due(
    settings: Settings, now: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Do everything that is due, in order, and give the number of jobs that failed.

    A job that fails is logged and tried again in the next round; the others still run.
    """
    jobs: tuple[Callable[[], object], ...] = (
        partial(signup_jobs.expire_offers, now=now),
        partial(signup_jobs.remind, now=now),
        partial(account_jobs.forget_attempts, now=now),
        partial(notification_jobs.deliver_due, settings, now=now, stopping=stopping),
    )
    failed = 0
    for job in jobs:
        if stopping():
            break
        try:
            job()
        except Exception:
            failed += 1
            name = job.func.__name__ if isinstance(job, partial) else repr(job)
            log.exception("job.failed", job=name)
    return failed


class Worker:
    """The loop: a beat, a round, a pause; ends on SIGTERM, or when its parent has gone."""

    def __init__(self, settings: Settings, *, parent: int | None = None) -> None:
        self._settings = settings
        self._parent = parent
        self._stop = threading.Event()
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._next_beat = 0.0

    def run(self) -> None:
        """Work until told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        app = create_app(self._settings)
        log.info("worker.started", worker=self._name)
        while not self._is_over():
            self._round(app)
            self._stop.wait(_IDLE_SECONDS)
        log.info("worker.stopped", worker=self._name)

    def _round(self, app: Flask) -> None:
        with app.app_context():
            try:
                self._beat()
            except Exception:
                log.exception("job.failed", job="beat")
                return  # no database: nothing else would work either
            run_due(self._settings, clock.now(), self._is_over)

    def _beat(self) -> None:
        if time.monotonic() >= self._next_beat:
            notification_services.beat(name=self._name, now=clock.now())
            self._next_beat = time.monotonic() + _SECONDS_BETWEEN_BEATS

    def _is_over(self) -> bool:
        orphaned = self._parent is not None and os.getppid() != self._parent
        return self._stop.is_set() or orphaned


def run_once(settings: Settings, *, now: datetime | None = None) -> int:
    """Do what is due and give the number of jobs that failed."""
    with create_app(settings).app_context():
        return run_due(settings, now or clock.now())
