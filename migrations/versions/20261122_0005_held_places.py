"""Free places that those who wait come first for, so that lists say what is open to everybody.

Revision: 0005 (after 0004), 2026-11-22

Until the next change of a day, whoever waits on it comes first for all of its free places.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE slot ADD COLUMN places_held INTEGER NOT NULL DEFAULT 0")
    op.execute("UPDATE slot SET places_held = capacity - places_taken WHERE places_waiting > 0")


def downgrade() -> None:
    op.execute("ALTER TABLE slot DROP COLUMN places_held")
