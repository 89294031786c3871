"""Councils' switches of each strand, in the state that their owner published last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "switch",
        sa.Column("switch_id", sa.Uuid(), nullable=False),
        sa.Column("strand", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("from_supplier", sa.Text(), nullable=True),
        sa.Column("to_supplier", sa.Text(), nullable=True),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("branches", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("materials", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("open_copies", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("switch_id"),
    )
