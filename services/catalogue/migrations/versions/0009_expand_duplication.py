"""How much cataloguing was done twice, and how much was saved, per day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table("duplication", *_counted(), sa.PrimaryKeyConstraint("day", "supplier_id", "council", "what", "nth"))
    number = sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)
    op.create_table("duplication_waiting", number, *_counted(), sa.PrimaryKeyConstraint("id"))
    op.create_index("duplication_waiting_by_day", "duplication_waiting", ["day"])


def _counted() -> list[sa.Column[object]]:
    return [
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
    ]
