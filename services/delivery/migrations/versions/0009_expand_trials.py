"""Trials: what pilot rules say of theirs, and the trial and arm by which a copy got its route."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.sourcing.migration import add_trials_of_routes

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    add_trials_of_routes()
    op.add_column("expected_copy", sa.Column("route_trial", sa.Text(), nullable=True))
    op.add_column("expected_copy", sa.Column("route_arm", sa.Text(), nullable=True))
