"""The goods that are still to come for a copy are found without reading all that ever came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    outstanding = sa.text("state = 'outstanding'")
    op.create_index("consigned_item_outstanding", "consigned_item", ["copy_id"], postgresql_where=outstanding)
