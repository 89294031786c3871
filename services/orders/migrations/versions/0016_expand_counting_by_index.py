"""Counting a batch's copies finds their lines and orders by index.

For a batch the planner preferred to read all lines and orders, so that placing orders became slower with every order in the book.
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"

_FUNCTIONS = ("count_placed_copies", "count_moved_copies")
# Leaves one kind of plan: for each copy of the batch, its line and its order by their keys.
_WITHOUT = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")


def upgrade() -> None:
    for function in _FUNCTIONS:
        for kind in _WITHOUT:
            op.execute(f"ALTER FUNCTION {function}() SET {kind} = off")
