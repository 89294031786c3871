"""The trial of deliveries and the arm by which a copy got its route."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("copy", sa.Column("route_trial", sa.Text(), nullable=True))
    op.add_column("copy", sa.Column("route_arm", sa.Text(), nullable=True))
