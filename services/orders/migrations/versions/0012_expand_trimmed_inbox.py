"""Until when the inbox was trimmed."""

from __future__ import annotations

from shared.messaging.migration import trim_inbox_v1

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    trim_inbox_v1()
