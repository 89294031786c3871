"""Settings of one exchange process: which supplier it serves, and how long it waits."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from shared.settings import ServiceSettings


class SuppliersSettings(ServiceSettings):
    """Environment of one exchange process. Each supplier has its own process and its own database."""

    supplier_adapter: str = Field(description="Name of the adapter in the entry-point group `stockbridge.suppliers`")
    supplier_profile_file: Path = Field(description="The supplier's profile, JSON")
    supplier_secrets_file: Path = Field(description="The supplier's credentials, a JSON object of name and secret")
    send_seconds: float = Field(default=30.0, gt=0, description="A send without an outcome by then makes the message `unknown`")
    mailbox_seconds: float = Field(
        default=120.0, gt=0, description="A mailbox that delivers no next message by then counts as unreachable"
    )
    match_seconds: float = Field(
        default=60.0, ge=0, description="How long an answer waits for the order it names before a person is asked"
    )
    first_pause_seconds: float = Field(
        default=0.5, gt=0, description="Pause after the first failure to reach the supplier; it doubles"
    )
    longest_pause_seconds: float = Field(default=60.0, gt=0, description="Longest pause between attempts to reach the supplier")
    circuit_failures: int = Field(default=5, ge=1, description="Failures in a row after which the supplier counts as down")
    probe_seconds: float = Field(
        default=3.0,
        gt=0,
        description="Where nothing called the supplier for so long, the exchange connects to it and hangs up, to learn whether "
        "it is there. Longer, where a supplier minds",
    )
