"""Matching: wishes, volunteers, roles, rounds and draws, hours of activity.

Revision: 0004 (after 0003), 2026-11-22

Columns are added in plain SQL with the CHECKs that belong to them: SQLite would else build the
tables anew and lose the others. Rows that are there get the value that says nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PATTERNS = "'one_off', 'several', 'standing'"
_COLUMNS = (
    (
        "opportunity",
        (
            "pattern VARCHAR(32) CONSTRAINT ck_opportunity_needpattern "
            f"CHECK (pattern IN ({_PATTERNS}))"
        ),
    ),
    ("opportunity", "is_remote BOOLEAN NOT NULL DEFAULT FALSE"),
    ("opportunity", "leave_early_ok BOOLEAN"),
    ("opportunity", "residencies TEXT NOT NULL DEFAULT ''"),
    ("opportunity", "wanted_skills TEXT NOT NULL DEFAULT ''"),
    ("opportunity", "certificate TEXT NOT NULL DEFAULT ''"),
    ("opportunity", "guardian_consent BOOLEAN NOT NULL DEFAULT FALSE"),
    (
        "opportunity",
        (
            "insurance_days INTEGER CONSTRAINT ck_opportunity_insurance_days_not_negative "
            "CHECK (insurance_days IS NULL OR insurance_days >= 0)"
        ),
    ),
    ("slot", "standing BOOLEAN NOT NULL DEFAULT FALSE"),
    ("slot", "undecided INTEGER NOT NULL DEFAULT 0"),
    ("slot", "escorts_count BOOLEAN NOT NULL DEFAULT FALSE"),
    (
        "participant",
        (
            "is_escort BOOLEAN NOT NULL DEFAULT FALSE CONSTRAINT ck_participant_escort_unmarked "
            "CHECK (NOT is_escort OR attendance = 'unmarked')"
        ),
    ),
    ("signup", "role_id INTEGER CONSTRAINT fk_signup_role_id_role REFERENCES role (id)"),
    ("signup", "answers_draw BOOLEAN NOT NULL DEFAULT FALSE"),
    ("signup", "had_place BOOLEAN NOT NULL DEFAULT FALSE"),
    ("outbox_message", "spoken TEXT"),
    ("outbox_message", "wish_id VARCHAR(12)"),
    ("outbox_message", "volunteer_id VARCHAR(12)"),
    (
        "phone_call",
        (
            "volunteer_id VARCHAR(12) NOT NULL DEFAULT '' CONSTRAINT ck_phone_call_about_one "
            "CHECK ((signup_id = '') <> (volunteer_id = ''))"
        ),
    ),
)
# Moments, which the two databases call by different names.
_MOMENTS = (
    ("signup", "entered_at"),
    ("signup", "awaiting_since"),
    ("signup", "group_reminded_at"),
    ("slot_tally", "hours_asked_at"),
)
# SQLite does not store a computed column that comes later; it keeps it in the index.
_LAST_CALL = "GENERATED ALWAYS AS (CASE WHEN standing THEN ends_at ELSE starts_at END)"
_LAST_CALLS = {"sqlite": f"DATETIME {_LAST_CALL}", "postgresql": f"TIMESTAMP {_LAST_CALL} STORED"}
_NEXT = ("opportunity_id", "ends_at", "status")
# What was published stays: of a round, and of its days; the event, the columns, and when.
_LISTED = "OLD.manifest IS NOT NULL"
_OF_LISTED = "(SELECT manifest IS NOT NULL FROM round WHERE id = OLD.round_id)"
_KEPT = (
    (
        "round",
        "UPDATE OF mode, classes, manifest, manifest_sha256, manifest_published_at, terms_sha256",
        _LISTED,
    ),
    (
        "round",
        "UPDATE OF entropy, entropy_source, entropy_recorded_at, seed, drawn_at",
        "OLD.drawn_at IS NOT NULL",
    ),
    ("round", "DELETE", _LISTED),
    (
        "round_slot",
        "UPDATE OF round_id, slot_id, position, capacity, minimum, reserves",
        _OF_LISTED,
    ),
    ("round_slot", "DELETE", _OF_LISTED),
)
_INDEXES = (
    ("signup", "role_id"),
    ("outbox_message", "wish_id"),
    ("outbox_message", "volunteer_id"),
    ("phone_call", "volunteer_id"),
)


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "frozen",
                "drawn",
                "published",
                name="roundstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "serial",
                "soft_reserves",
                name="roundmode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.Column("extended_from", sa.DateTime(), nullable=True),
        sa.Column(
            "paper_rule",
            sa.Enum(
                "arrival",
                "postmark",
                name="paperrule",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("freezes_at", sa.DateTime(), nullable=False),
        sa.Column("draw_at", sa.DateTime(), nullable=True),
        sa.Column("draw_place", sa.Text(), nullable=False),
        sa.Column("entropy_plan", sa.Text(), nullable=False),
        sa.Column("confirm_by", sa.Date(), nullable=True),
        sa.Column("most_choices", sa.Integer(), nullable=False),
        sa.Column("party_limit", sa.Integer(), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=True),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=True),
        sa.Column("terms_sha256", sa.String(length=64), nullable=True),
        sa.Column("manifest_published_at", sa.DateTime(), nullable=True),
        sa.Column("entropy", sa.Text(), nullable=True),
        sa.Column("entropy_source", sa.Text(), nullable=True),
        sa.Column("entropy_recorded_at", sa.DateTime(), nullable=True),
        sa.Column("entropy_recorded_by", sa.Text(), nullable=True),
        sa.Column("witnesses", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("code_version", sa.Text(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(manifest IS NULL) = (manifest_sha256 IS NULL)", name=op.f("ck_round_manifest_whole")
        ),
        sa.CheckConstraint(
            "(manifest IS NULL) = (terms_sha256 IS NULL)", name=op.f("ck_round_terms_whole")
        ),
        sa.CheckConstraint("(seed IS NULL) = (entropy IS NULL)", name=op.f("ck_round_seed_whole")),
        sa.CheckConstraint("closes_at <= freezes_at", name=op.f("ck_round_closes_before_freezes")),
        sa.CheckConstraint("most_choices BETWEEN 1 AND 5", name=op.f("ck_round_most_choices")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_round_opens_before_closes")),
        sa.CheckConstraint("party_limit BETWEEN 1 AND 5", name=op.f("ck_round_party_limit")),
        sa.CheckConstraint(
            "seed IS NULL OR manifest IS NOT NULL", name=op.f("ck_round_manifest_before_seed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("public_id", name=op.f("uq_round_public_id")),
    )
    op.create_table(
        "volunteer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column(
            "age_group",
            sa.Enum(
                "preschool",
                "elementary",
                "junior_high",
                "high_school",
                "18_39",
                "40_64",
                "65_up",
                name="agegroup",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "residency",
            sa.Enum(
                "resident",
                "worker",
                "student",
                "other",
                name="residency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("drives", sa.Boolean(), nullable=False),
        sa.Column("remote_ok", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("may_be_asked", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "paused",
                "ended",
                name="volunteerstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("access_version", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "phone",
                "counter",
                "paper",
                "walk_in",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("entered_by", sa.Text(), nullable=True),
        sa.Column("privacy_version", sa.Text(), nullable=False),
        sa.Column("privacy_confirmed_at", sa.DateTime(), nullable=False),
        sa.Column("privacy_by", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("last_asked_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state = 'ended' OR email != '' OR phone != ''", name=op.f("ck_volunteer_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_volunteer_public_id")),
    )
    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_volunteer_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_volunteer_phone"), ["phone"], unique=False)
        batch_op.create_index(
            "uq_volunteer_one_a_person",
            ["person_key"],
            unique=True,
            sqlite_where=sa.text("state != 'ended'"),
            postgresql_where=sa.text("state != 'ended'"),
        )

    op.create_table(
        "weights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("boosts", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_weights_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weights")),
        sa.UniqueConstraint("version", name=op.f("uq_weights_version")),
    )
    op.create_table(
        "wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("drives", sa.Boolean(), nullable=False),
        sa.Column("remote_ok", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("party_size", sa.Integer(), nullable=False),
        sa.Column(
            "age_group",
            sa.Enum(
                "preschool",
                "elementary",
                "junior_high",
                "high_school",
                "18_39",
                "40_64",
                "65_up",
                name="agegroup",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "residency",
            sa.Enum(
                "resident",
                "worker",
                "student",
                "other",
                name="residency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("beginner", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.Boolean(), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum(
                "none",
                "daily",
                "weekly",
                name="frequency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "unconfirmed",
                "active",
                name="wishstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("access_version", sa.Integer(), nullable=False),
        sa.Column("privacy_version", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("next_alert_at", sa.DateTime(), nullable=True),
        sa.Column("last_alert_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("party_size BETWEEN 1 AND 20", name=op.f("ck_wish_party_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint("public_id", name=op.f("uq_wish_public_id")),
    )
    with op.batch_alter_table("wish", schema=None) as batch_op:
        batch_op.create_index("ix_wish_due", ["state", "frequency", "next_alert_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_wish_email"), ["email"], unique=False)

    op.create_table(
        "draw_supplement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_draw_supplement_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_supplement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_draw_supplement_public_id")),
    )
    with op.batch_alter_table("draw_supplement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_draw_supplement_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "exposure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "shown_in",
            sa.Enum(
                "page",
                "mail",
                "proposal",
                name="shownin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.CheckConstraint("shown >= 0", name=op.f("ck_exposure_shown_not_negative")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_exposure_group_id_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
        sa.UniqueConstraint(
            "day", "group_id", "shown_in", name=op.f("uq_exposure_day_group_id_shown_in")
        ),
    )
    with op.batch_alter_table("exposure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exposure_group_id"), ["group_id"], unique=False)

    op.create_table(
        "reply_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accept",
                "decline",
                "ask",
                name="replykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_reply_template_group_id_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_template")),
        sa.UniqueConstraint("group_id", "kind", name=op.f("uq_reply_template_group_id_kind")),
    )
    op.create_table(
        "dismissal",
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_dismissal_opportunity_id_opportunity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["wish.id"], name=op.f("fk_dismissal_wish_id_wish"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wish_id", "opportunity_id", name=op.f("pk_dismissal")),
    )
    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("boosts", sa.JSON(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("weights_version", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_recommendation_slot_id_slot")
        ),
        sa.ForeignKeyConstraint(
            ["wish_id"],
            ["wish.id"],
            name=op.f("fk_recommendation_wish_id_wish"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
        sa.UniqueConstraint("wish_id", "slot_id", name=op.f("uq_recommendation_wish_id_slot_id")),
    )
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendation_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("head_count", sa.Integer(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.CheckConstraint("head_count > 0", name=op.f("ck_role_head_count_positive")),
        sa.CheckConstraint(
            "taken BETWEEN 0 AND head_count", name=op.f("ck_role_never_above_head_count")
        ),
        sa.CheckConstraint("held >= 0", name=op.f("ck_role_held_not_negative")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_role_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("public_id", name=op.f("uq_role_public_id")),
        sa.UniqueConstraint("slot_id", "position", name=op.f("uq_role_slot_id_position")),
    )
    op.create_table(
        "round_slot",
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("minimum", sa.Integer(), nullable=True),
        sa.Column("reserves", sa.JSON(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "hold",
                "extend",
                "cancel",
                name="minimumdecision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_round_slot_decided_whole")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_slot_round_id_round")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_round_slot_slot_id_slot")),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("pk_round_slot")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_round_slot_round_id_position")),
    )
    with op.batch_alter_table("round_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_slot_round_id"), ["round_id"], unique=False)

    op.create_table(
        "draw_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("entry_number", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("postmarked_on", sa.Date(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("draw_class", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("placed_slot_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("size BETWEEN 1 AND 5", name=op.f("ck_draw_entry_size")),
        sa.ForeignKeyConstraint(
            ["placed_slot_id"], ["slot.id"], name=op.f("fk_draw_entry_placed_slot_id_slot")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_draw_entry_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_draw_entry_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_entry")),
        sa.UniqueConstraint(
            "round_id", "entry_number", name=op.f("uq_draw_entry_round_id_entry_number")
        ),
        sa.UniqueConstraint("signup_id", name=op.f("uq_draw_entry_signup_id")),
    )
    op.create_index("ix_draw_entry_round_position", "draw_entry", ["round_id", "position"])
    op.create_index(op.f("ix_draw_entry_placed_slot_id"), "draw_entry", ["placed_slot_id"])
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_inquiry_answered_whole")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_inquiry_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_inquiry_public_id")),
    )
    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inquiry_signup_id"), ["signup_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "invited",
                "accepted",
                "declined",
                "expired",
                "withdrawn",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("boosts", sa.JSON(), nullable=False),
        sa.Column("weights_version", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=True),
        sa.Column("invited_at", sa.DateTime(), nullable=True),
        sa.Column("answer_by", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("signup_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["role_id"],
            ["role.id"],
            name=op.f("fk_proposal_role_id_role"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_proposal_signup_id_signup")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_proposal_slot_id_slot")),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteer.id"], name=op.f("fk_proposal_volunteer_id_volunteer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_proposal_public_id")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_slot_id"), ["slot_id"], unique=False)
        batch_op.create_index("ix_proposal_state_answer_by", ["state", "answer_by"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_proposal_volunteer_id"), ["volunteer_id"], unique=False
        )
        batch_op.create_index(
            "uq_proposal_one_open",
            ["slot_id", "volunteer_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('proposed', 'invited', 'accepted')"),
            postgresql_where=sa.text("state IN ('proposed', 'invited', 'accepted')"),
        )

    op.create_table(
        "help_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)",
            name=op.f("ck_help_request_settled_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_help_request_slot_id_slot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_help_request_public_id")),
    )
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.create_index(
            "uq_help_request_one_open",
            ["slot_id"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "queue_place",
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_queue_place_position_positive")),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_queue_place_signup_id_signup")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_queue_place_slot_id_slot")
        ),
        sa.PrimaryKeyConstraint("signup_id", "slot_id", name=op.f("pk_queue_place")),
        sa.UniqueConstraint("slot_id", "position", name=op.f("uq_queue_place_slot_id_position")),
    )
    op.create_table(
        "reply",
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accept",
                "decline",
                "ask",
                name="replykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_reply_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("signup_id", name=op.f("pk_reply")),
    )
    op.create_table(
        "activity_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "recorded",
                "approved",
                "returned",
                name="hoursstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'recorded') = (decided_at IS NULL)",
            name=op.f("ck_activity_hours_decided_whole"),
        ),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 1440", name=op.f("ck_activity_hours_minutes_of_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_activity_hours_participant_id_participant"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_hours")),
        sa.UniqueConstraint(
            "participant_id", "day", name=op.f("uq_activity_hours_participant_id_day")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_activity_hours_public_id")),
    )
    with op.batch_alter_table("activity_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_hours_day"), ["day"], unique=False)

    op.create_table(
        "draw_choice",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.Text(), nullable=False),
        sa.Column("waitlist_position", sa.Integer(), nullable=True),
        sa.CheckConstraint("rank BETWEEN 1 AND 5", name=op.f("ck_draw_choice_rank")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["draw_entry.id"], name=op.f("fk_draw_choice_entry_id_draw_entry")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slot.id"], name=op.f("fk_draw_choice_slot_id_slot")
        ),
        sa.PrimaryKeyConstraint("entry_id", "rank", name=op.f("pk_draw_choice")),
        sa.UniqueConstraint("entry_id", "slot_id", name=op.f("uq_draw_choice_entry_id_slot_id")),
    )
    with op.batch_alter_table("draw_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_choice_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "draw_person",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["draw_entry.id"], name=op.f("fk_draw_person_entry_id_draw_entry")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_draw_person_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "person_key", name=op.f("pk_draw_person")),
    )
    with op.batch_alter_table("draw_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_person_entry_id"), ["entry_id"], unique=False)
    for table, column in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    for table, name in _MOMENTS:
        op.add_column(table, sa.Column(name, sa.DateTime(), nullable=True))
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
    last_call = _LAST_CALLS[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE slot ADD COLUMN last_call {last_call}")
    op.drop_index("ix_slot_next", table_name="slot")
    op.create_index("ix_slot_next", "slot", ["last_call", *_NEXT, "standing"])
    op.drop_index("ix_slot_status_starts", table_name="slot")
    op.create_index("ix_slot_starts", "slot", ["starts_at", "status"])
    op.create_index(
        "ix_signup_awaiting_approval",
        "signup",
        ["awaiting_since"],
        sqlite_where=sa.text("awaiting_since IS NOT NULL"),
        postgresql_where=sa.text("awaiting_since IS NOT NULL"),
    )
    _keep_what_is_published()


def _keep_what_is_published() -> None:
    """Triggers, since a CHECK sees one row as it is and not what it was."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for number, (table, event, when) in enumerate(_KEPT, start=1):
        name = f"{table}_published_{number}"
        if is_postgres:
            kept = "OLD" if event == "DELETE" else "NEW"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {when} THEN RAISE EXCEPTION 'published: {table}'"
                f" USING ERRCODE = 'check_violation'; END IF; RETURN {kept}; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when}"
                f" BEGIN SELECT RAISE(ABORT, 'published: {table}'); END"
            )


def downgrade() -> None:
    for number, (table, _event, _when) in enumerate(_KEPT, start=1):
        name = f"{table}_published_{number}"
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
        else:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_index("ix_signup_awaiting_approval", table_name="signup")
    op.drop_index("ix_slot_starts", table_name="slot")
    op.create_index("ix_slot_status_starts", "slot", ["status", "starts_at"])
    op.drop_index("ix_slot_next", table_name="slot")
    op.drop_column("slot", "last_call")
    for table, column in _INDEXES:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    for table, name in reversed(_MOMENTS):
        op.drop_column(table, name)
    for table, column in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
    op.create_index("ix_slot_next", "slot", ["starts_at", *_NEXT])
    op.drop_table("draw_person")
    op.drop_table("draw_choice")
    op.drop_table("activity_hours")
    op.drop_table("reply")
    op.drop_table("queue_place")
    op.drop_table("help_request")
    op.drop_table("proposal")
    op.drop_table("inquiry")
    op.drop_table("draw_entry")
    op.drop_table("round_slot")
    op.drop_table("role")
    op.drop_table("recommendation")
    op.drop_table("dismissal")
    op.drop_table("reply_template")
    op.drop_table("exposure")
    op.drop_table("draw_supplement")
    op.drop_table("wish")
    op.drop_table("weights")
    op.drop_table("volunteer")
    op.drop_table("round")
