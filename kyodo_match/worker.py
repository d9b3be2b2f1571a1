"""What runs without a request: delivery and due work, in one plain loop.

The state is in the database's rows alone (leases, due times), so any number of workers may run and
any of them may die at any moment.
"""

import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from kyodo_match.accounts import jobs as account_jobs
from kyodo_match.backend import create_backend
from kyodo_match.config import Settings
from kyodo_match.core import clock
from kyodo_match.matching.jobs import alerts as alert_jobs
from kyodo_match.matching.jobs import proposals as proposal_jobs
from kyodo_match.matching.jobs import volunteers as volunteer_jobs
from kyodo_match.matching.jobs import wishes as wish_jobs
from kyodo_match.notifications import jobs as notification_jobs
from kyodo_match.notifications import services as notification_services
from kyodo_match.participation import jobs as participation_jobs
from kyodo_match.signups import jobs as signup_jobs

log = structlog.get_logger()

_IDLE_SECONDS = 1.0
_SECONDS_BETWEEN_BEATS = 10.0
_BETWEEN_NOTES = timedelta(minutes=1)


class JobPulses:
    """Writes down how each job fares: when that changes, else once a minute at most."""

    def __init__(self) -> None:
        self._written: dict[str, tuple[bool, datetime]] = {}

    def note(self, name: str, error: Exception | None, *, now: datetime) -> None:
        """Note a run that went through (no error) or failed."""
        ok = error is None
        was_ok, at = self._written.get(name, (not ok, now))
        if was_ok is ok and now - at < _BETWEEN_NOTES:
            return
        reason = "" if error is None else _reason(error)
        try:
            notification_services.note_job(name=name, ok=ok, error=reason, now=now)
        except Exception:
            log.exception("job.not_noted", job=name)
        else:
            self._written[name] = (ok, now)


def _reason(error: Exception) -> str:
    """What failed and where, and nothing of what a person typed: messages may quote that."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "kyodo_match" in frame.filename] or list(frames)
    place = f"（{Path(own[-1].filename).name}:{own[-1].lineno} {own[-1].name}）" if own else ""
    return f"{type(error).__name__}{place}"


def run_due(
    settings: Settings,
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
    pulses: JobPulses | None = None,
) -> int:
    """Do everything that is due, in order, and give the number of jobs that failed.

    A job that fails is logged, shown on the staff's desk and tried again in the next round; the
    others still run.
    """
    pulses = pulses or JobPulses()
    jobs: tuple[partial[Any], ...] = (
        partial(signup_jobs.expire_offers, now=now),
        partial(signup_jobs.ask_again, now=now),
        partial(signup_jobs.remind, now=now),
        partial(signup_jobs.remind_groups, now=now),
        partial(signup_jobs.remind_asked, now=now),
        partial(signup_jobs.end_unanswered, now=now),
        partial(signup_jobs.thank, now=now),
        partial(signup_jobs.write_digests, now=now),
        partial(account_jobs.forget_attempts, now=now),
        partial(participation_jobs.remind_of_hours, now=now),
        partial(participation_jobs.forget_drafts, now=now),
        partial(proposal_jobs.lapse_proposals, now=now),
        partial(volunteer_jobs.forget_volunteers, now=now),
        partial(wish_jobs.forget_unconfirmed, now=now),
        partial(alert_jobs.write_alerts, now=now, stopping=stopping),
        partial(notification_jobs.deliver_due, settings, now=now, stopping=stopping),
    )
    failed = 0
    for job in jobs:
        if stopping():
            break
        name, error = job.func.__name__, None
        try:
            job()
        except Exception as failure:
            failed, error = failed + 1, failure
            log.exception("job.failed", job=name)
        pulses.note(name, error, now=now)
    return failed


class Worker:
    """The loop: a beat, a round, a pause; ends on SIGTERM, or when its parent has gone."""

    def __init__(self, settings: Settings, *, parent: int | None = None) -> None:
        self._settings = settings
        self._parent = parent
        self._stop = threading.Event()
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._next_beat = 0.0
        self._pulses = JobPulses()

    def run(self) -> None:
        """Work until told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        app = create_backend(self._settings)
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
            run_due(self._settings, clock.now(), self._is_over, self._pulses)

    def _beat(self) -> None:
        if time.monotonic() >= self._next_beat:
            notification_services.beat(name=self._name, now=clock.now())
            self._next_beat = time.monotonic() + _SECONDS_BETWEEN_BEATS

    def _is_over(self) -> bool:
        orphaned = self._parent is not None and os.getppid() != self._parent
        return self._stop.is_set() or orphaned


def run_once(settings: Settings, *, now: datetime | None = None) -> int:
    """Do what is due and give the number of jobs that failed."""
    with create_backend(settings).app_context():
        return run_due(settings, now or clock.now())
