"""Trials: what pilot rules say of theirs, and the trial and arm by which a supplier was asked for a record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.sourcing.migration import add_trials

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    add_trials()
    op.add_column("ask", sa.Column("trial", sa.Text(), nullable=True))
    op.add_column("ask", sa.Column("arm", sa.Text(), nullable=True))
