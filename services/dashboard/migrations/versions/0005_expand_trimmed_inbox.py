"""Until when the inbox was trimmed."""

from __future__ import annotations

from shared.messaging.migration import trim_inbox_v1

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    trim_inbox_v1()
