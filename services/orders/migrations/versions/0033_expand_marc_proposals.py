"""Files of MARC that councils upload, the mappings by which their order data are read, and where a proposal came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "marc_order_mapping",
        sa.Column("mapping_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mapping", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mapping_id"),
    )
    op.create_index("marc_order_mapping_by_time", "marc_order_mapping", ["council", "created_at", "mapping_id"])
    op.create_table(
        "proposal_file",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("mapping_id", sa.Uuid(), nullable=False),
        sa.Column("mapping", JSONB(), nullable=False),
        sa.Column("selection_number", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("titles", sa.Integer(), nullable=False),
        sa.Column("findings", JSONB(), nullable=False),
        sa.Column("more_findings", sa.Integer(), nullable=False),
        sa.Column("proposal_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("file_id"),
    )
    op.create_index("proposal_file_by_time", "proposal_file", ["council", "uploaded_at", "file_id"])
    op.create_index("proposal_file_of_bytes", "proposal_file", ["council", "digest"])
    op.add_column("proposal", sa.Column("file_id", sa.Uuid(), nullable=True))
    op.add_column("proposal", sa.Column("part_of", sa.Text(), server_default=sa.text("''"), nullable=False))
    parts = sa.text("part_of <> ''")
    op.create_index("proposal_of_whole", "proposal", ["council", "supplier_id", "part_of"], postgresql_where=parts)
