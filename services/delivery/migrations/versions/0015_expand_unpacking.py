"""What a person found wrong with a copy's servicing, who unpacked what and when, and what is open at a place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("consignment", sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consignment", sa.Column("message_id", sa.Uuid(), nullable=True))
    op.add_column("consigned_item", sa.Column("servicing", JSONB(), nullable=True))
    op.add_column("consigned_item", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consigned_item", sa.Column("settled_by", sa.Text(), nullable=True))
    op.add_column("discrepancy", sa.Column("servicing", JSONB(), nullable=True))
    op.create_index("consignment_open", "consignment", ["council", "place_code"], postgresql_where=sa.text("state <> 'closed'"))
    op.create_index(
        "consignment_received", "consignment", ["council", "received_at"], postgresql_where=sa.text("received_at IS NOT NULL")
    )
    op.create_index("consigned_item_parcel", "consigned_item", ["parcel_id"], postgresql_where=sa.text("parcel_id <> ''"))
