"""Which enquiry a message of ours carries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("message", sa.Column("enquiry_id", sa.Uuid(), nullable=True))
    op.add_column("message", sa.Column("enquiry_attempt", sa.Integer(), nullable=True))
