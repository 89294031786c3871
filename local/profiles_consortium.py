"""Profile and secrets of the simulated consortium, for the stack and for tests. Secrets are minted, never committed."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from pathlib import Path

from services.suppliers.consortium.profile import ConsortiumProfile
from services.suppliers.contract import Account, Capability

SUPPLIER_ID = "consortium"
_WEBHOOK_KEY_BYTES = 32


def consortium_profile(base_url: str, ca_file: Path, councils: Mapping[str, str], *, supplier_id: str = SUPPLIER_ID) -> str:
    """The profile as JSON text. `councils`: ISIL -> GLN of each council served."""
    profile = ConsortiumProfile(
        supplier_id=supplier_id,
        name="Eastern Counties Book Consortium",
        capabilities=frozenset(
            {Capability.CANCELS, Capability.CONFIRMS_RECEIPT, Capability.DELIVERS_TO_HUB, Capability.SUPPLIES_RECORDS}
        ),
        deduplicates=True,
        accounts={isil: Account(gln=gln, account_number=f"EC-{isil}") for isil, gln in councils.items()},
        hub_code="CSU",
        base_url=base_url,
        token_url=f"{base_url}/oauth/token",
        ca_file=ca_file,
    )
    return profile.model_dump_json(indent=2)


def consortium_secrets(*, client_id: str = "stockbridge") -> dict[str, str]:
    """Fresh credentials: `client_id`, `client_secret`, `webhook_secret_current`, `webhook_secret_previous`."""
    return {
        "client_id": client_id,
        "client_secret": secrets.token_urlsafe(24),
        "webhook_secret_current": _webhook_secret(),
        "webhook_secret_previous": _webhook_secret(),
    }


def _webhook_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(_WEBHOOK_KEY_BYTES)).decode()}"
