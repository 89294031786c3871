"""Branches that take over from closed ones: how far open copies went there, and for which branches each copy was before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.add_column("branch", sa.Column("taken_over_by", sa.Text(), nullable=True))
    op.add_column("branch", sa.Column("reached", sa.Uuid(), nullable=True))
    op.add_column("branch", sa.Column("passes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("branch", sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("copy", sa.Column("former_branches", JSONB(), nullable=True))
    op.add_column("copy", sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("copy", sa.Column("moved_version", sa.Integer(), nullable=True))
    op.add_column("copy", sa.Column("move_reason", sa.Text(), nullable=True))
