"""What people did through the API: who, when, why, before and after."""

from __future__ import annotations

from shared.messaging.migration import create_act_v1

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    create_act_v1()
