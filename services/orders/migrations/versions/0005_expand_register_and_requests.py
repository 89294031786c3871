"""Closing days of branches, funds, and the requests that may be repeated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("branch", sa.Column("closed_from", sa.Date(), nullable=True))
    op.create_table(
        "fund",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("closed_from", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("council", "code"),
    )
    # A selection may state any price; the acceptance refuses an absurd one.
    op.alter_column("proposal_line", "price_minor", type_=sa.BigInteger())
    op.create_table(
        "request",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("council", "subject_id", "idempotency_key"),
    )
