"""The whole application, pages included: the one module that imports views."""

from email.utils import parseaddr
from types import ModuleType

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import kyodo_match.accounts.views
import kyodo_match.accounts.views_staff
import kyodo_match.exports.views_staff
import kyodo_match.groups.views
import kyodo_match.groups.views_group
import kyodo_match.groups.views_staff
import kyodo_match.matching.views
import kyodo_match.matching.views_group
import kyodo_match.matching.views_staff
import kyodo_match.notifications.views_staff
import kyodo_match.opportunities.views
import kyodo_match.opportunities.views_group
import kyodo_match.opportunities.views_staff
import kyodo_match.pages.views
import kyodo_match.pages.views_group
import kyodo_match.pages.views_staff
import kyodo_match.participation.views
import kyodo_match.participation.views_group
import kyodo_match.participation.views_staff
import kyodo_match.plans.views
import kyodo_match.plans.views_staff
import kyodo_match.settings.views_staff
import kyodo_match.signups.views
import kyodo_match.signups.views_group
import kyodo_match.signups.views_staff
from kyodo_match import backend, paths
from kyodo_match.config import Settings
from kyodo_match.core import dates
from kyodo_match.core.text import mask_email
from kyodo_match.web import received, security, statics, uploads
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
    kyodo_match.matching.views,
    kyodo_match.plans.views,
    kyodo_match.pages.views,
    kyodo_match.settings.views_staff,
    kyodo_match.notifications.views_staff,
    kyodo_match.accounts.views_staff,
    kyodo_match.groups.views_staff,
    kyodo_match.opportunities.views_staff,
    kyodo_match.signups.views_staff,
    kyodo_match.participation.views_staff,
    kyodo_match.matching.views_staff,
    kyodo_match.plans.views_staff,
    kyodo_match.exports.views_staff,
    kyodo_match.pages.views_staff,
    kyodo_match.groups.views_group,
    kyodo_match.opportunities.views_group,
    kyodo_match.signups.views_group,
    kyodo_match.participation.views_group,
    kyodo_match.matching.views_group,
    kyodo_match.pages.views_group,
)


class KyodoFlask(Flask):
    jinja_environment = FoldingEnvironment
    request_class = received.Request


def create_app(settings: Settings) -> Flask:
    """An application for these settings. Raises RuntimeError where a route declares no policy."""
    app = KyodoFlask(
        "kyodo_match",
        template_folder=str(paths.TEMPLATES),
        static_folder=str(paths.STATIC),
        instance_path=str(settings.data_dir),
    )
    backend.equip(app, settings)
    _configure(app, settings)
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


def _configure(app: Flask, settings: Settings) -> None:
    https = settings.is_https
    app.config.update(
        MAX_CONTENT_LENGTH=_MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MOST_BYTES,
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # a citizen may take all evening
        WTF_CSRF_SSL_STRICT=False,  # we send no referrer; the token decides
    )


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
    # Found once a page: it stands in every script tag.
    app.context_processor(lambda: {"csp_nonce": security.nonce()})
    env.globals.update(
        span=dates.span,
        short_span=dates.short_span,
        when_of=dates.when,
        short_when=dates.short_when,
        municipality_name=settings.municipality,
        mail_sender=parseaddr(settings.mail_from)[1],
    )
