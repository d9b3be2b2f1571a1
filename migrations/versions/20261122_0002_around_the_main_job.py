"""Around the main job: histories, reception links, calls that were tried, imports looked at first.

Revision: 0002 (after 0001), 2026-11-22

Columns are added and dropped directly: SQLite would else build the tables anew and lose their CHECKs.
Rows that are there get the value that says nothing: no reason, no batch, the daily mail is wanted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "import_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_draft_public_id")),
    )
    op.create_table(
        "job_pulse",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_pulse")),
        sa.UniqueConstraint("name", name=op.f("uq_job_pulse_name")),
    )
    op.create_table(
        "undeliverable_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undeliverable_address")),
        sa.UniqueConstraint("address", name=op.f("uq_undeliverable_address_address")),
    )
    op.create_table(
        "call_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone_call_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "open",
                "reached",
                "unreached",
                "not_needed",
                name="calloutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_call_id"], ["phone_call.id"], name=op.f("fk_call_try_phone_call_id_phone_call")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_try")),
    )
    with op.batch_alter_table("call_try", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_call_try_phone_call_id"), ["phone_call_id"], unique=False
        )

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.String(length=12), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("seen_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(seen_at IS NULL) = (seen_by IS NULL)", name=op.f("ck_revision_seen_whole")
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_revision_opportunity_id_opportunity"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index("ix_revision_opportunity_at", ["opportunity_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "mark_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_mark_request_slot_id_slot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_request")),
    )
    with op.batch_alter_table("mark_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mark_request_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "reception_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)",
            name=op.f("ck_reception_link_revoked_whole"),
        ),
        sa.CheckConstraint(
            "valid_from < expires_at", name=op.f("ck_reception_link_valid_before_expires")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_reception_link_slot_id_slot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reception_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reception_link_public_id")),
    )
    with op.batch_alter_table("reception_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reception_link_slot_id"), ["slot_id"], unique=False)

    op.add_column(
        "attendance_event", sa.Column("reason", sa.Text(), nullable=False, server_default="")
    )

    op.add_column(
        "group_member",
        sa.Column("wants_digest", sa.Boolean(), nullable=False, server_default=sa.true()),
    )

    op.add_column(
        "imported_participation",
        sa.Column("batch", sa.String(length=12), nullable=False, server_default=""),
    )
    op.create_index(op.f("ix_imported_participation_batch"), "imported_participation", ["batch"])

    op.add_column("signup", sa.Column("answer_by", sa.DateTime(), nullable=True))


def downgrade() -> None:

    op.drop_column("signup", "answer_by")

    op.drop_index(op.f("ix_imported_participation_batch"), "imported_participation")
    op.drop_column("imported_participation", "batch")

    op.drop_column("group_member", "wants_digest")

    op.drop_column("attendance_event", "reason")

    with op.batch_alter_table("reception_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reception_link_slot_id"))

    op.drop_table("reception_link")
    with op.batch_alter_table("mark_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mark_request_slot_id"))

    op.drop_table("mark_request")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_seen_at"))
        batch_op.drop_index("ix_revision_opportunity_at")

    op.drop_table("revision")
    with op.batch_alter_table("call_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_try_phone_call_id"))

    op.drop_table("call_try")
    op.drop_table("undeliverable_address")
    op.drop_table("job_pulse")
    op.drop_table("import_draft")
