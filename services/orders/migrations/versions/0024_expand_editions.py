"""Which books are editions of one work."""

from __future__ import annotations

from shared.works import migration

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    migration.create_tables_v1()
