"""First tables of delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.messaging import migration as messaging

revision = "0001"
down_revision = None


def upgrade() -> None:
    messaging.create_tables_v1()
    op.create_table(
        "advised_parcel",
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("despatch_number", sa.Text(), nullable=False),
        sa.Column("place_code", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("units", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("supplier_id", "despatch_number", "place_code", "parcel_id"),
    )
    op.create_table(
        "consignment",
        sa.Column("consignment_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("despatch_number", sa.Text(), nullable=False),
        sa.Column("place_code", sa.Text(), nullable=False),
        sa.Column("place", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("leg", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("consignment_id"),
        sa.UniqueConstraint("supplier_id", "despatch_number", "council", "place_code", "leg", name="consignment_once"),
    )
    op.create_index("consignment_list", "consignment", ["council", "created_at", "consignment_id"], unique=False)
    op.create_table(
        "expected_copy",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("branch", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("copy_id"),
    )
    op.create_index("expected_copy_line", "expected_copy", ["line_key"], unique=False)
    op.create_index("expected_copy_number", "expected_copy", ["order_number"], unique=False)
    op.create_index("expected_copy_order", "expected_copy", ["order_id"], unique=False)
    op.create_index("expected_copy_title", "expected_copy", ["council", "isbn"], unique=False)
    op.create_table(
        "consigned_item",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("consignment_id", sa.Uuid(), nullable=False),
        sa.Column("place_in_list", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consignment_id"],
            ["consignment.consignment_id"],
        ),
        sa.ForeignKeyConstraint(
            ["copy_id"],
            ["expected_copy.copy_id"],
        ),
        sa.PrimaryKeyConstraint("item_id"),
    )
    op.create_index("consigned_item_list", "consigned_item", ["consignment_id", "place_in_list"], unique=False)
    op.create_table(
        "discrepancy",
        sa.Column("discrepancy_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("consignment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consignment_id"],
            ["consignment.consignment_id"],
        ),
        sa.ForeignKeyConstraint(
            ["copy_id"],
            ["expected_copy.copy_id"],
        ),
        sa.PrimaryKeyConstraint("discrepancy_id"),
    )
    op.create_index("discrepancy_consignment", "discrepancy", ["consignment_id"], unique=False)
    op.create_index("discrepancy_list", "discrepancy", ["council", "found_at", "discrepancy_id"], unique=False)
    op.create_table(
        "history",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("consignment_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consignment_id"],
            ["consignment.consignment_id"],
        ),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("history_consignment", "history", ["consignment_id", "seq"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("consignment_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["consignment_id"],
            ["consignment.consignment_id"],
        ),
        sa.PrimaryKeyConstraint("receipt_id"),
        sa.UniqueConstraint("consignment_id", "idempotency_key", name="receipt_once"),
    )
