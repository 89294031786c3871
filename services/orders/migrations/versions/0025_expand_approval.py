"""Who approved and ended rules, and why; what waits for a second person."""

from __future__ import annotations

from shared.sourcing import migration
from shared.sourcing.switches import migration as switches

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    migration.add_approval("sourcing_rule")
    switches.add_approval()
