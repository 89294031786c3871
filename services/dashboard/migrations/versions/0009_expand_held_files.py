"""Files of library systems' mailboxes that wait for a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

_WAITS_SINCE = "CASE WHEN held_at > coalesce(settled_at, '-infinity') THEN held_at END"


def upgrade() -> None:
    op.create_table(
        "held_file",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")) for name in ("file_name", "kind", "reason")),
        sa.Column("order_numbers", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waits_since", sa.DateTime(timezone=True), sa.Computed(_WAITS_SINCE, persisted=True), nullable=True),
        sa.PrimaryKeyConstraint("message_id"),
    )
    waits = sa.text("waits_since IS NOT NULL")
    op.create_index("held_file_waiting", "held_file", ["waits_since"], postgresql_where=waits)
