"""Warnings of the answer to an order, and an index that finds a council's lines of a title for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("warnings", postgresql.JSONB(), nullable=True))
    op.add_column("order_line", sa.Column("council", sa.Text(), nullable=True))
    op.execute(
        "UPDATE order_line SET council = book.council FROM purchase_order AS book WHERE book.order_id = order_line.order_id"
    )
    op.create_index("order_line_of_title", "order_line", ["council", "isbn"])
