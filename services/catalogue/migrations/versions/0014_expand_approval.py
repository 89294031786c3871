"""Who approved and ended rules, and why; what waits for a second person."""

from __future__ import annotations

from shared.sourcing.migration import add_approval

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    add_approval("sourcing_rule")
