"""When a supplier stated its offers of a book, and the rules by which councils order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("record", sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "ordering_rule",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("rule_id"),
    )
    op.create_index("ordering_rule_of_council", "ordering_rule", ["council"])
