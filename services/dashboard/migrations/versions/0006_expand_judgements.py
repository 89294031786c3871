"""What councils' minimums say of the records of ordered books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "judgement",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("passes", sa.Boolean(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("council", "isbn"),
    )
    op.create_index(
        "judgement_below",
        "judgement",
        ["judged_at"],
        unique=False,
        postgresql_include=["council", "supplier_id"],
        postgresql_where=sa.text("NOT passes"),
    )
