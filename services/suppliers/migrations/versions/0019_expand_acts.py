"""What people did through the API: who, when, why, before and after."""

from __future__ import annotations

from shared.messaging.migration import create_act_v1

revision = "0019"
down_revision = "0017"


def upgrade() -> None:
    create_act_v1()
