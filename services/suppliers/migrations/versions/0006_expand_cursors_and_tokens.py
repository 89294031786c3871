"""How far the supplier's mailbox was read, and the tokens of messages that the supplier has not decided about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "mailbox_cursor",
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("supplier_id"),
    )
    op.add_column("message", sa.Column("decision_token", sa.Text(), nullable=True))
    undecided = sa.text("state = 'undecided'")
    op.create_index("message_undecided", "message", ["next_attempt_at"], unique=False, postgresql_where=undecided)
