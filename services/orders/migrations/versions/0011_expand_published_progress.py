"""What was last published about each copy and each line, so that it can be published again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("copy", sa.Column("progressed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("copy", sa.Column("progress_reason", sa.Text(), nullable=True))
    op.add_column("copy", sa.Column("progress_version", sa.Integer(), nullable=True))
    op.add_column("order_line", sa.Column("attention_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("order_line", sa.Column("attention_version", sa.Integer(), nullable=True))
