"""When the secrets shared with the supplier were withdrawn, and restored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_by", sa.Text(), nullable=True),
        sa.Column("restored_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    in_force = sa.text("restored_at IS NULL")
    op.create_index("withdrawal_in_force", "withdrawal", ["supplier_id"], unique=True, postgresql_where=in_force)
