"""`kyodo-match serve` as a real process, and a plain HTTP client for each of many threads."""

import html
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("kyodo-match"))
START_SECONDS = 30
STOP_SECONDS = 15

Fields = Mapping[str, str | Sequence[str]]

_INPUT = re.compile(r"<input\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def free_port() -> int:
    """A port of the loopback that nobody has at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass(frozen=True)
class Installation:
    """A data folder and a database with which commands run as an operator would run them."""

    data_dir: Path
    env: dict[str, str]
    command: str = COMMAND

    @classmethod
    def at(
        cls,
        data_dir: Path,
        *,
        database_url: str | None = None,
        command: str = COMMAND,
        **env: str,
    ) -> "Installation":
        """Describe an installation; SQLite in the data folder unless told otherwise.

        ``env`` are further variables: ``KYODO_MAIL_URL=office.url``.
        """
        kept = {
            name: os.environ[name]
            for name in ("HOME", "PATH", "PYTHONPATH", "TMPDIR")
            if name in os.environ
        }
        own = {
            "LANG": "C.UTF-8",
            "KYODO_ENV": "test",
            "KYODO_DATA_DIR": str(data_dir),
            "KYODO_SECRET_KEY": "a key for tests only, of sufficient length",
            "KYODO_DATA_KEY": "another key for tests only, long enough",
        }
        if database_url:
            own["KYODO_DATABASE_URL"] = database_url
        return cls(data_dir, {**kept, **own, **env}, command)

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `kyodo-match ARGUMENTS` to its end; fails with what it said unless told not to."""
        done = subprocess.run(
            [self.command, *arguments],
            env=self.env,
            cwd=self.data_dir,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if check and done.returncode:
            raise AssertionError(
                f"{arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done


@dataclass
class Served:
    """A running installation."""

    installation: Installation
    port: int
    process: subprocess.Popen[bytes]
    log_path: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Everything that its processes have printed so far."""
        return self.log_path.read_text(errors="replace")

    def client(self) -> "Client":
        """A new person's connection: own cookies."""
        return Client(self.port)

    def processes(self) -> dict[int, str]:
        """Process number → command line of everything that belongs to it, the master included."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if os.getpgid(int(place.name)) == self.process.pid:
                    line = (place / "cmdline").read_bytes()
                    found[int(place.name)] = line.replace(b"\0", b" ").decode().strip()
            except OSError:
                continue
        return found

    def stop(self) -> None:
        """End the whole group, kindly first."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def served(
    installation: Installation,
    *,
    workers: int = 2,
    threads: int = 4,
    worker: bool = True,
    command: Sequence[str] | None = None,
) -> Iterator[Served]:
    """Serve an installation whose database is already upgraded, on a free port.

    ``command`` stands in for `kyodo-match`: the negative control runs it without its lock.
    """
    port = free_port()
    log_path = installation.data_dir / f"serve-{port}.log"
    layout = ["--port", str(port), "--workers", str(workers), "--threads", str(threads)]
    if not worker:
        layout.append("--no-worker")
    serve = [*(command or [installation.command]), "serve", "--host", "127.0.0.1", *layout]
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--", *serve],
            env=installation.env,
            cwd=installation.data_dir,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    running = Served(installation, port, process, log_path)
    try:
        _wait_until_alive(running)
        yield running
    finally:
        running.stop()


def _wait_until_alive(running: Served) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and running.process.poll() is None:
        try:
            if running.client().get("/healthz").status == http.HTTPStatus.OK:
                return
        except OSError:
            pass
        time.sleep(0.05)  # until its port answers
    raise AssertionError(f"kyodo-match serve did not start:\n{running.log}")


@dataclass(frozen=True)
class Reply:
    """An answer as it came over the wire."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> object:
        return json.loads(self.body)

    @property
    def location(self) -> str:
        """The path and query it redirects to; fails where it does not redirect."""
        target = self.headers["Location"]
        if target is None:
            raise AssertionError(f"{self.status} without a redirect: {self.text[:500]}")
        parts = urllib.parse.urlsplit(target)
        return urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))

    @property
    def hidden(self) -> dict[str, str]:
        """Hidden fields of the page, the CSRF token among them."""
        found = {}
        for tag in _INPUT.findall(self.text):
            attributes = dict(_ATTRIBUTE.findall(tag))
            if attributes.get("type") == "hidden" and "name" in attributes:
                found[attributes["name"]] = html.unescape(attributes.get("value", ""))
        return found


@dataclass
class Client:
    """One person's HTTP: cookies are kept, redirects are not followed, nothing is repeated.

    Not shared between threads: each racer has its own. A connection serves one request, so a
    racer never holds a server's thread between two pages.
    """

    port: int
    timeout: float = 60
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Reply:
        return self._send("GET", path, None)

    def post(self, path: str, fields: Fields) -> Reply:
        return self._send("POST", path, urllib.parse.urlencode(fields, doseq=True))

    def submit(self, page: Reply, path: str, fields: Fields) -> Reply:
        """Post a page's hidden fields together with these."""
        return self.post(path, {**page.hidden, **fields})

    def _send(self, method: str, path: str, body: str | None) -> Reply:
        headers = {**self.headers, "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self.cookies.items()
            )
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            reply = Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
            if not value:  # how a server takes a cookie back
                del self.cookies[name.strip()]
        return reply
