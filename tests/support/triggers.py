"""Going behind a database's triggers, as somebody could who has got at it."""

import sqlalchemy as sa


def silence_triggers(connection: sa.Connection) -> None:
    """For this transaction on PostgreSQL, for this test's own file on SQLite."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL session_replication_role = 'replica'"))
        return
    names = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in names.all():
        connection.execute(sa.text(f"DROP TRIGGER {name}"))
