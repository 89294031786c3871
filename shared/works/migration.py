"""Creates the table of editions inside a service's Alembic revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY


def create_tables_v1() -> None:
    """Creates the table in its first version. Never change it: write a new function for each later change."""
    op.create_table(
        "edition",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("related", ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("work", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("isbn"),
    )
    op.create_index("edition_of_work", "edition", ["work"], unique=False)
