"""Titles whose record is served, and titles by their first receipt; those received so far are read from the receipts' answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# Every ISBN got its thirteen digits when the goods were advised; what has others is no book.
_RECEIVED = """
INSERT INTO received_title (council, supplier_id, isbn, received_at)
SELECT consignment.council, consignment.supplier_id, item ->> 'isbn', min((receipt.answer ->> 'received_at')::timestamptz)
FROM receipt JOIN consignment USING (consignment_id), jsonb_array_elements(receipt.answer -> 'items') AS item
WHERE item ->> 'state' = 'received' AND item ->> 'isbn' ~ '^97[89][0-9]{10}$'
GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    op.create_table(
        "served_record",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("isbn"),
    )
    op.create_table(
        "received_title",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("council", "supplier_id", "isbn"),
    )
    op.create_index("received_title_period", "received_title", ["received_at", "council"], unique=False)
    op.execute(_RECEIVED)
