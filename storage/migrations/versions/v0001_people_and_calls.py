"""People, teams, calls and their documents."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _calls()
    op.create_table(
        "document",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "kind", name="pk_document"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_document_call_id_call"),
    )


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
    )
    op.create_table(
        "membership",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "team_id", "role", name="pk_membership"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_membership_person_id_person"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_membership_team_id_team"),
    )
    op.create_index("ix_membership_team_id", "membership", ["team_id"])


def _calls() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("rep_id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("scenario_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("duration_s", sa.Float()),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("has_recording", sa.Boolean(), nullable=False),
        sa.Column("ended_reason", sa.String()),
        sa.Column("engines", sa.JSON(), nullable=False),
        sa.Column("response_gaps", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
        sa.ForeignKeyConstraint(["rep_id"], ["person.id"], name="fk_call_rep_id_person"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_call_team_id_team"),
    )
    for column in ("rep_id", "team_id", "state", "started_at"):
        op.create_index(f"ix_call_{column}", "call", [column])
