"""Whether the database has the tables this version needs."""

import re
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from kyodo_match import paths
from kyodo_match.core.errors import DomainError

_STEP = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


class NotMigrated(DomainError):
    """The database is at another revision than this version: `kyodo-match db upgrade`."""

    def __init__(self, revision: str | None, head: str) -> None:
        super().__init__(revision, head)
        self.revision = revision
        self.head = head


@cache
def head() -> str:
    """The revision that this version needs: the one that no migration comes after.

    Read from the files: every process asks for it, and Alembic would take 6 MB to tell.
    """
    steps: list[dict[str, str]] = [
        dict(_STEP.findall(file.read_text(encoding="utf-8")))
        for file in (paths.MIGRATIONS / "versions").glob("*.py")
    ]
    (last,) = {step["revision"] for step in steps} - {step.get("down_revision") for step in steps}
    return last


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
