"""Contract ends of suppliers of records."""

from __future__ import annotations

from shared.sourcing.migration import add_contract_ends

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    add_contract_ends()
