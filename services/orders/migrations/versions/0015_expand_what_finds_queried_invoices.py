"""What news of ordered lines finds queried invoices by: the references of lines that the book did not have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_LOST = sa.text("found_key IS NULL")


def upgrade() -> None:
    op.create_index("invoice_line_lost_by_key", "invoice_line", ["line_key"], postgresql_where=_LOST)
    op.create_index("invoice_line_lost_by_order", "invoice_line", ["order_number"], postgresql_where=_LOST)
    op.create_index(
        "invoice_line_lost_by_barcode",
        "invoice_line",
        ["copies"],
        postgresql_using="gin",
        postgresql_ops={"copies": "jsonb_path_ops"},
        postgresql_where=_LOST,
    )
