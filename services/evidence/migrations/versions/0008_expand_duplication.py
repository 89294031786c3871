"""Which books are editions of one work, and how much cataloguing was done twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.works import migration as works

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    works.create_tables_v1()
    op.create_table(
        "cataloguing",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("already_held", sa.Integer(), nullable=False),
        sa.Column("requests_saved", sa.Integer(), nullable=False),
        sa.Column("used", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "supplier_id", "council"),
    )
