"""Contract ends, and the days that suppliers usually need to deliver."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.sourcing.migration import add_contract_ends

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    add_contract_ends()
    op.add_column("supplier", sa.Column("usual_delivery_days", sa.SmallInteger(), nullable=True))
