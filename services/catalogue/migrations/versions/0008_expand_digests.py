"""The digest of what a supplier stated last, by which a record that is sent again is recognised. Empty where it is not known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("record", sa.Column("digest", sa.LargeBinary(), server_default=sa.text("''"), nullable=False))
