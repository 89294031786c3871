"""Ordered lines are found by ISBN, to suggest which line a wrong reference means."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("ordered_line_isbn", "ordered_line", ["isbn"])
