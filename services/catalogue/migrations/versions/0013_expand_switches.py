"""Switches to another supplier of records, for whom suppliers were asked, and which suppliers there are.

Requests of earlier releases were made for the copies of the council that asked first; their material is not known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.sourcing.switches.migration import create_tables_v1

revision = "0013"
down_revision = "0012"

_ASKED_FOR = """
    INSERT INTO asked_for (isbn, supplier_id, council, branch, material, trial, arm)
    SELECT DISTINCT ask.isbn, ask.supplier_id, ask.council, ordered_copy.data ->> 'branch', '', ask.trial, ask.arm
    FROM ask
    JOIN ordered_copy ON ordered_copy.isbn = ask.isbn AND ordered_copy.council = ask.council
    WHERE ordered_copy.data ->> 'branch' IS NOT NULL AND NOT EXISTS (SELECT FROM title WHERE title.isbn = ask.isbn)
"""


def upgrade() -> None:
    op.create_table(
        "supplier",
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplies_records", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("supplier_id"),
    )
    create_tables_v1(
        sa.Column("from_supplier", sa.Text(), nullable=False),
        sa.Column("to_supplier", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "switch_record",
        sa.Column("switch_id", sa.Uuid(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("switch_id", "isbn"),
        sa.ForeignKeyConstraint(["switch_id"], ["switch.switch_id"]),
    )
    op.add_column("ask", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    _create_asked_for()


def _create_asked_for() -> None:
    op.create_table(
        "asked_for",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("trial", sa.Text(), nullable=True),
        sa.Column("arm", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("isbn", "supplier_id", "council", "branch", "material"),
    )
    op.create_index("asked_for_of_council", "asked_for", ["council", "supplier_id", "isbn"])
    op.execute(_ASKED_FOR)
