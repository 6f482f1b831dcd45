"""Scenarios written in the browser, and what each call was held with."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call", sa.Column("scenario_digest", sa.String()))
    op.add_column("call", sa.Column("tried_version_id", sa.Integer()))
    op.create_table(
        "scenario_text",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_scenario_text"),
    )
    op.create_table(
        "scenario_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("toml", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String()),
        sa.Column("report", sa.JSON()),
        sa.Column("sources", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name="pk_scenario_version"),
        sa.UniqueConstraint("scenario_id", "n", name="uq_scenario_version_scenario_id_n"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name="fk_scenario_version_created_by_person"
        ),
    )
    op.create_index("ix_scenario_version_state", "scenario_version", ["state"])
