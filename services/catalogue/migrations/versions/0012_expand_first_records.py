"""Whose record a council had first for a book that it ordered, and since when; not known of those judged before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("judgement", sa.Column("first_supplier_id", sa.Text(), nullable=True))
    op.add_column("judgement", sa.Column("first_at", sa.DateTime(timezone=True), nullable=True))
