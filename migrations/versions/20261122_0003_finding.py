"""Finding: an index of pairs of letters for search, and one of days in the order of the list.

Revision: 0003 (after 0002), 2026-11-22

What is there is indexed here, by the rule of the day; later texts are indexed as they are written.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_GRAM = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_EACH = {
    "sqlite": "json_each(:grams)",
    "postgresql": "json_array_elements_text(CAST(:grams AS JSON))",
}


def upgrade() -> None:
    op.create_table(
        "search_gram",
        sa.Column("gram", _GRAM, nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_search_gram_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("gram", "opportunity_id", name=op.f("pk_search_gram")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_slot_next", "slot", ["starts_at", "opportunity_id", "ends_at", "status"])
    _index_what_is_there()


def downgrade() -> None:
    op.drop_index("ix_slot_next", table_name="slot")
    op.drop_table("search_gram")


def _index_what_is_there() -> None:
    connection = op.get_bind()
    each = _EACH[connection.dialect.name]
    add = sa.text(
        f"INSERT INTO search_gram (gram, opportunity_id) SELECT value, :opportunity FROM {each}"  # noqa: S608 - constants
    )
    found = connection.execute(sa.text("SELECT id, search_text FROM opportunity")).all()
    for opportunity, text in found:
        pairs = {line[at : at + 2] for line in text.split("\n") for at in range(len(line))}
        if pairs:
            connection.execute(
                add, {"grams": json.dumps(sorted(pairs)), "opportunity": opportunity}
            )
