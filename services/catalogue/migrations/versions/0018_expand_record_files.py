"""When councils' mailboxes get files of records, and how far these are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "record_filing",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("days", ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("only_passing", sa.Boolean(), nullable=False),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("file_number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("turn_on", sa.Date(), nullable=True),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("council"),
    )
