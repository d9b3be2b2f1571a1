"""The application without its pages: what commands and the worker run in.

The tables of all slices are imported here. What else must be there whoever writes comes with the
first use case, the words of a slice with its first refusal (`core.messages`); forms and views are
not here.
"""

from flask import Flask
from flask_babel import Babel

import kyodo_match.accounts.models
import kyodo_match.audit.models
import kyodo_match.core.limits
import kyodo_match.core.words
import kyodo_match.groups.models
import kyodo_match.matching.models
import kyodo_match.notifications.models
import kyodo_match.opportunities.models
import kyodo_match.participation.models
import kyodo_match.plans.models
import kyodo_match.settings.models
import kyodo_match.signups.models  # noqa: F401 - see above
from kyodo_match.config import Settings
from kyodo_match.core import schema
from kyodo_match.core.db import db, load_with_the_first_use_case, prepare

# Search listens to every change; rounds and invitations answer what signing up asks of them.
load_with_the_first_use_case(
    "kyodo_match.opportunities.services",
    "kyodo_match.matching.queries.entries",
    "kyodo_match.matching.services.moved",
)


def create_backend(settings: Settings) -> Flask:
    """An application for these settings: database, keys and language."""
    app = Flask("kyodo_match", static_folder=None, instance_path=str(settings.data_dir))
    equip(app, settings)
    return app


def migrated(settings: Settings) -> Flask:
    """A backend whose database is ready. Raises NotMigrated."""
    app = create_backend(settings)
    with app.app_context():
        schema.require_current(db.engine)
        db.engine.dispose()
    return app


def equip(app: Flask, settings: Settings) -> None:
    """Give an application what it needs with pages and without."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # names and mails are in it
    app.extensions["kyodo_settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # Errors of the database reach the log: never with what a person typed.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        DEBUG=False,
    )
    if settings.database_url.startswith("postgresql"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] |= {
            "pool_pre_ping": True,
            "isolation_level": "READ COMMITTED",
        }
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    Babel(app, default_locale="ja", default_timezone="Asia/Tokyo")
