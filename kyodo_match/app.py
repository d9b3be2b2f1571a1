"""The application factory: the one module that knows every slice."""

from email.utils import parseaddr
from types import ModuleType

import click
import structlog
from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

import kyodo_match.accounts.commands
import kyodo_match.accounts.messages
import kyodo_match.accounts.views
import kyodo_match.accounts.views_staff
import kyodo_match.core.limits
import kyodo_match.demo.commands
import kyodo_match.demo.messages
import kyodo_match.exports.commands
import kyodo_match.exports.messages
import kyodo_match.exports.views_staff
import kyodo_match.groups.commands
import kyodo_match.groups.messages
import kyodo_match.groups.views
import kyodo_match.groups.views_group
import kyodo_match.groups.views_staff
import kyodo_match.notifications.commands
import kyodo_match.notifications.messages
import kyodo_match.notifications.views_staff
import kyodo_match.opportunities.commands
import kyodo_match.opportunities.messages
import kyodo_match.opportunities.views
import kyodo_match.opportunities.views_group
import kyodo_match.opportunities.views_staff
import kyodo_match.pages.messages
import kyodo_match.pages.views
import kyodo_match.pages.views_group
import kyodo_match.pages.views_staff
import kyodo_match.participation.commands
import kyodo_match.participation.messages
import kyodo_match.participation.views
import kyodo_match.participation.views_group
import kyodo_match.participation.views_staff
import kyodo_match.plans.commands
import kyodo_match.plans.messages
import kyodo_match.plans.views
import kyodo_match.plans.views_staff
import kyodo_match.settings.messages
import kyodo_match.settings.views_staff
import kyodo_match.signups.commands
import kyodo_match.signups.messages
import kyodo_match.signups.views
import kyodo_match.signups.views_group
import kyodo_match.signups.views_staff
from kyodo_match import paths
from kyodo_match.config import Settings
from kyodo_match.core import dates
from kyodo_match.core.db import Base, db, migrate, prepare
from kyodo_match.core.text import mask_email
from kyodo_match.web import security, statics, uploads
from kyodo_match.web.i18n import FoldingEnvironment
from kyodo_match.web.policies import Policies

csrf = CSRFProtect()
_MOST_BYTES = 1_000_000  # no form here needs more; a 10 MB field is a 413

# In this order policies and filters are installed: lower slices first.
VIEWS: tuple[ModuleType, ...] = (
    kyodo_match.accounts.views,
    kyodo_match.groups.views,
    kyodo_match.opportunities.views,
    kyodo_match.signups.views,
    kyodo_match.participation.views,
    kyodo_match.plans.views,
    kyodo_match.pages.views,
    kyodo_match.settings.views_staff,
    kyodo_match.notifications.views_staff,
    kyodo_match.accounts.views_staff,
    kyodo_match.groups.views_staff,
    kyodo_match.opportunities.views_staff,
    kyodo_match.signups.views_staff,
    kyodo_match.participation.views_staff,
    kyodo_match.plans.views_staff,
    kyodo_match.exports.views_staff,
    kyodo_match.pages.views_staff,
    kyodo_match.groups.views_group,
    kyodo_match.opportunities.views_group,
    kyodo_match.signups.views_group,
    kyodo_match.participation.views_group,
    kyodo_match.pages.views_group,
)
COMMANDS: tuple[ModuleType, ...] = (
    kyodo_match.notifications.commands,
    kyodo_match.accounts.commands,
    kyodo_match.groups.commands,
    kyodo_match.opportunities.commands,
    kyodo_match.signups.commands,
    kyodo_match.participation.commands,
    kyodo_match.plans.commands,
    kyodo_match.exports.commands,
    kyodo_match.demo.commands,
)


class KyodoFlask(Flask):
    jinja_environment = FoldingEnvironment


def create_app(settings: Settings) -> Flask:
    """An application for these settings. Raises RuntimeError where a route declares no policy."""
    app = KyodoFlask(
        "kyodo_match",
        template_folder=str(paths.TEMPLATES),
        static_folder=str(paths.STATIC),
        instance_path=str(settings.data_dir),
    )
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # names and mails are in it
    app.extensions["kyodo_settings"] = settings
    _configure(app, settings)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(paths.MIGRATIONS), render_as_batch=True)
    with app.app_context():
        prepare(db.engine)
    Babel(app, default_locale="ja", default_timezone="Asia/Tokyo")
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    security.install(app, settings)
    statics.install(app, paths.STATIC)
    _equip_templates(app, settings)

    policies = Policies()
    policies.install(app)
    uploads.install(app)
    csrf.init_app(app)  # after host and policy: who may not come in is told so first
    for module in VIEWS:
        if hasattr(module, "install"):
            module.install(app, policies)
        app.register_blueprint(module.bp)
    policies.check(app)
    return app


def commands() -> list[click.Command]:
    """The commands that slices bring to `kyodo-match`."""
    return [command for module in COMMANDS for command in module.commands]


def _configure(app: Flask, settings: Settings) -> None:
    https = settings.is_https
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=_MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MOST_BYTES,
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # a citizen may take all evening
        WTF_CSRF_SSL_STRICT=False,  # we send no referrer; the token decides
        DEBUG=False,
    )
    # Errors of the database reach the log: never with what a person typed.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True}
    if settings.database_url.startswith("postgresql"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] |= {
            "pool_pre_ping": True,
            "isolation_level": "READ COMMITTED",
        }


def _equip_templates(app: Flask, settings: Settings) -> None:
    env = app.jinja_env
    env.trim_blocks = True
    env.lstrip_blocks = True
    if not settings.is_production:
        env.undefined = StrictUndefined
    env.filters.update(
        day=dates.day,
        short_day=dates.short_day,
        moment=dates.moment,
        clock_time=dates.clock_time,
        local_moment=dates.iso_local,
        mask_email=mask_email,
    )
    env.globals.update(
        span=dates.span,
        short_span=dates.short_span,
        municipality_name=settings.municipality,
        mail_sender=parseaddr(settings.mail_from)[1],
        csp_nonce=LocalProxy(security.nonce),  # templates write it as a word
    )


# Every table is in the metadata once create_app has run: migrations compare against it.
METADATA = Base.metadata
log = structlog.get_logger()
