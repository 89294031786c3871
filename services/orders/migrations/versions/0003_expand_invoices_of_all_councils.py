"""The invoices of all councils in order of time, for operations staff."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("invoice_of_all_by_time", "invoice", ["received_at", "invoice_id"], unique=False)
