"""Trials: what pilot rules say of theirs, and the trial and arm by which a line got its supplier."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.sourcing.migration import add_trials

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    add_trials()
    op.add_column("order_line", sa.Column("trial", sa.Text(), nullable=True))
    op.add_column("order_line", sa.Column("arm", sa.Text(), nullable=True))
