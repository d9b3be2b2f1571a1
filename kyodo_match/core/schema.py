"""Whether the database has the tables this version needs."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from kyodo_match import paths
from kyodo_match.core.errors import DomainError


class NotMigrated(DomainError):
    """The database is at another revision than this version: `kyodo-match db upgrade`."""

    def __init__(self, revision: str | None, head: str) -> None:
        super().__init__(revision, head)
        self.revision = revision
        self.head = head


@cache
def head() -> str:
    """The revision that this version needs."""
    return str(ScriptDirectory(str(paths.MIGRATIONS)).get_current_head())


def revision(connection: sa.Connection) -> str | None:
    """The revision that the database is at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def require_current(engine: sa.Engine) -> None:
    """Raise NotMigrated unless the database is at this version's revision."""
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        raise NotMigrated(None, head())  # asking would make an empty file, which is no database
    with engine.connect() as connection:
        found = revision(connection)
    if found != head():
        raise NotMigrated(found, head())
