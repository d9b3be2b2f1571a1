"""How migrations run: on the application's own engine, with its metadata, batch mode for SQLite."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from kyodo_match.core.db import Base, db


def as_plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration names the database's own types: it imports nothing of ours."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=as_plain_types,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()
