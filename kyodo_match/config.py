"""Settings of an installation, read from the environment once at the start."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from kyodo_match.core.errors import DomainError
from kyodo_match.core.secrets import Keys

_DEVELOPMENT_KEY = "development-only"
_SHORTEST_KEY = 32
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class BadSetting(DomainError):
    """An environment variable that cannot be used; names it and says why."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable}: {reason}")
        self.variable = variable
        self.reason = reason


@dataclass(frozen=True)
class Settings:
    """What an installation is told from outside. Source: docs/operations.md."""

    environment: Environment
    data_dir: Path
    database_url: str
    secret_key: str
    data_key: str
    base_url: str
    mail_url: str
    mail_from: str
    mail_reply_to: str
    mail_bounce: str
    proxies: int
    staff_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    municipality: str
    municipality_code: str

    @property
    def keys(self) -> Keys:
        return Keys(secret=self.secret_key, data=self.data_key)

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """The host (with its port, where one is given) that links and requests carry."""
        return urlsplit(self.base_url).netloc

    def invitation_link(self, invitation_id: str) -> str:
        """The one-time link of an invitation, for whoever may hand it on."""
        return f"{self.base_url}/invitation/{self.keys.invitation_token(invitation_id)}"

    @classmethod
    def from_env(
        cls, env: Mapping[str, str] | None = None, *, host: str = "127.0.0.1", port: int = 8000
    ) -> "Settings":
        """Read the environment; host and port give the default base URL. Raises BadSetting."""
        env = os.environ if env is None else env
        try:
            environment = Environment(env.get("KYODO_ENV", "development"))
        except ValueError:
            raise BadSetting("KYODO_ENV", "development, production, test のどれかです") from None
        data_dir = Path(env.get("KYODO_DATA_DIR") or "instance").resolve()
        settings = cls(
            environment=environment,
            data_dir=data_dir,
            database_url=env.get("KYODO_DATABASE_URL") or f"sqlite:///{data_dir / 'kyodo.db'}",
            secret_key=env.get("KYODO_SECRET_KEY") or _DEVELOPMENT_KEY,
            data_key=env.get("KYODO_DATA_KEY") or _DEVELOPMENT_KEY,
            base_url=(env.get("KYODO_BASE_URL") or f"http://{host}:{port}").rstrip("/"),
            mail_url=env.get("KYODO_MAIL_URL") or (data_dir / "mail").as_uri(),
            mail_from=env.get("KYODO_MAIL_FROM") or "kyodo-match@example.jp",
            mail_reply_to=env.get("KYODO_MAIL_REPLY_TO", ""),
            mail_bounce=env.get("KYODO_MAIL_BOUNCE", ""),
            proxies=_whole("KYODO_PROXIES", env.get("KYODO_PROXIES", "")),
            staff_networks=_networks(env.get("KYODO_STAFF_NETWORKS", "")),
            municipality=env.get("KYODO_MUNICIPALITY") or "つくばみらい市",
            municipality_code=env.get("KYODO_MUNICIPALITY_CODE") or "082350",
        )
        settings._check_urls()
        if settings.is_production:
            settings._check_production(env)
        return settings

    def _check_urls(self) -> None:
        base = _parts("KYODO_BASE_URL", self.base_url)
        if base.scheme not in {"http", "https"} or not base.hostname or base.path or base.query:
            raise BadSetting("KYODO_BASE_URL", "https://example.jp の形で書いてください")
        if not self.database_url.startswith(("sqlite:///", "postgresql://")):
            raise BadSetting("KYODO_DATABASE_URL", "sqlite:/// か postgresql:// で始めてください")
        mail = _parts("KYODO_MAIL_URL", self.mail_url)
        if mail.scheme not in {"file", "smtp", "smtps"}:
            raise BadSetting("KYODO_MAIL_URL", "file:// か smtp:// か smtps:// で始めてください")

        for variable, address in (
            ("KYODO_MAIL_FROM", self.mail_from),
            ("KYODO_MAIL_REPLY_TO", self.mail_reply_to),
            ("KYODO_MAIL_BOUNCE", self.mail_bounce),
        ):
            if address and ("@" not in parseaddr(address)[1] or not address.isprintable()):
                raise BadSetting(variable, "メールアドレスを1つ書いてください")

    def _check_production(self, env: Mapping[str, str]) -> None:
        for variable in ("KYODO_SECRET_KEY", "KYODO_DATA_KEY"):
            key = env.get(variable, "")
            if not key or key == _DEVELOPMENT_KEY:
                raise BadSetting(variable, "本番では自分の鍵を設定してください")
            if len(key.strip()) < _SHORTEST_KEY:
                raise BadSetting(variable, f"{_SHORTEST_KEY}文字以上にしてください")
        if self.secret_key == self.data_key:
            raise BadSetting("KYODO_DATA_KEY", "KYODO_SECRET_KEY とは別の鍵にしてください")
        if env.get("FLASK_DEBUG", "0") not in {"", "0"}:
            raise BadSetting("FLASK_DEBUG", "本番ではデバッグを使えません")
        if not env.get("KYODO_BASE_URL"):
            raise BadSetting(
                "KYODO_BASE_URL", "本番では外から見える https:// のURLを設定してください"
            )
        if not self.is_https and urlsplit(self.base_url).hostname not in _LOOPBACK:
            raise BadSetting("KYODO_BASE_URL", "外に公開するURLは https:// にしてください")
        if not env.get("KYODO_MAIL_URL"):
            raise BadSetting("KYODO_MAIL_URL", "本番ではメールの送り先を設定してください")


def _parts(variable: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port = parts.port  # a port that is none shows when it is asked for
    except ValueError:
        parts = None
    if parts is None or re.search(r"\s", url):
        raise BadSetting(variable, "URLとして読めません")
    return parts


def _whole(variable: str, raw: str) -> int:
    if raw and not (raw.isascii() and raw.isdigit()):
        raise BadSetting(variable, "0以上の整数で書いてください")
    return int(raw or 0)


def _networks(
    raw: str,
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in raw.split(",") if part.strip())
    except ValueError as error:
        raise BadSetting(
            "KYODO_STAFF_NETWORKS", f"ネットワークとして読めません（{error}）"
        ) from None
