"""Why an invoice is queried, as a code: queried invoices are grouped by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("invoice", sa.Column("code", sa.Text(), nullable=False, server_default=sa.text("''")))
