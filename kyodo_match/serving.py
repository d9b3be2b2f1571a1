"""`kyodo-match serve`: gunicorn in this process, and the worker beside it."""

import os
import socket
import subprocess
import sys
import time
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from kyodo_match.app import create_app
from kyodo_match.config import Settings
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain

log = structlog.get_logger()

_REST_BEFORE_RESTART = 2.0  # a worker that dies at once is not started a thousand times
_SECONDS_TO_STOP = 10.0


class AddressInUse(DomainError):
    """Another program listens where this one was told to."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.host = host
        self.port = port
        self.reason = reason


@explain.register
def _in_use(error: AddressInUse) -> str:
    return _(
        "%(host)s:%(port)s で待ち受けられません（%(reason)s）。--port で別の番号にしてください。",
        host=error.host,
        port=error.port,
        reason=error.reason,
    )


def _check_free(host: str, port: int) -> None:
    """Say so in one line before anything is started, instead of gunicorn's many tries."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise AddressInUse(host, port, error.strerror or type(error).__name__) from error


class _Companion:
    """The worker process: started again when it dies, ended with the server."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {**os.environ, "KYODO_BASE_URL": settings.base_url}
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def look_after(self) -> None:
        """Start the worker unless it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        if time.monotonic() - self._started < _REST_BEFORE_RESTART:
            return
        if self._process is not None:
            log.warning("worker.restarted")
        self._started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "kyodo_match", "worker", "--parent", str(os.getpid())],
            env=self._environment,
            stdin=subprocess.DEVNULL,
        )

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        """Let it finish the message in its hand, then insist."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Arbiter(Arbiter):
    """gunicorn's master, which also looks after the worker."""

    def __init__(self, app: "_Server") -> None:
        self._companion = app.companion
        super().__init__(app)

    def manage_workers(self) -> None:
        super().manage_workers()
        if self._companion is not None:
            self._companion.look_after()

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        if self._companion is not None:
            self._companion.ask_to_stop()
        super().stop(graceful)
        if self._companion is not None:
            self._companion.stop()


class _Log(Logger):
    """gunicorn's own lines go where all others go; requests are logged by the application."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


class _Server(BaseApplication):
    def __init__(
        self, settings: Settings, options: dict[str, Any], companion: _Companion | None
    ) -> None:
        self._settings = settings
        self._options = options
        self.companion = companion
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in each process after the fork: no connection is shared."""
        return create_app(self._settings)

    def run(self) -> None:
        _Arbiter(self).run()


def serve(
    settings: Settings, *, host: str, port: int, workers: int, threads: int, with_worker: bool
) -> None:
    """Serve until told to stop. Raises AddressInUse."""
    _check_free(host, port)
    address = f"[{host}]" if ":" in host else host
    options = {
        "bind": f"{address}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "worker_connections": 4000,
        "timeout": 60,
        "graceful_timeout": 10,
        "accesslog": None,
        "errorlog": None,
        "loglevel": "warning",
        "logger_class": _Log,
        "proc_name": "kyodo-match",
        "control_socket_disable": True,
        "when_ready": lambda _master: log.info("serve.ready", url=settings.base_url),
        "forwarded_allow_ips": "",  # the trusted proxies are KYODO_PROXIES' business
    }
    companion = _Companion(settings) if with_worker else None
    _Server(settings, options, companion).run()
