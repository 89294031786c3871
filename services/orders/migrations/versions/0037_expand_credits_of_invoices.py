"""Finds the credit notes of an invoice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    crediting = sa.text("credits_invoice IS NOT NULL")
    op.create_index("invoice_crediting", "invoice", ["credits_invoice", "supplier_id"], postgresql_where=crediting)
