"""Profile and secrets of the simulated consortium, for the stack and for tests. Secrets are generated, never committed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from local.machine.keys import mint_webhook_secret
from services.suppliers.consortium.profile import ConsortiumProfile
from services.suppliers.contract import Account, Capability

SUPPLIER_ID = "consortium"


def consortium_profile(
    base_url: str, ca_file: Path, councils: Mapping[str, str], *, supplier_id: str = SUPPLIER_ID, lists_records: bool = False
) -> str:
    """Returns the profile as JSON text. `councils`: ISIL -> GLN of each council served."""
    profile = ConsortiumProfile(
        supplier_id=supplier_id,
        name="Eastern Counties Book Consortium",
        capabilities=frozenset(
            {
                Capability.CANCELS,
                Capability.CONFIRMS_RECEIPT,
                Capability.DELIVERS_DIRECT,
                Capability.DELIVERS_TO_HUB,
                Capability.SUPPLIES_RECORDS,
                Capability.TAKES_OFFER_ANSWERS,
                Capability.TAKES_ENQUIRIES,
                Capability.TAKES_ROUTE_CHANGES,
                Capability.TAKES_RUSH,
            }
        ),
        deduplicates=True,
        accounts={isil: Account(gln=gln, account_number=f"EC-{isil}") for isil, gln in councils.items()},
        hub_code="CSU",
        base_url=base_url,
        token_url=f"{base_url}/oauth/token",
        ca_file=ca_file,
        lists_records=lists_records,
    )
    return profile.model_dump_json(indent=2)


def consortium_secrets(*, client_id: str = "stockbridge") -> dict[str, str]:
    """Returns new credentials: `client_id`, `client_secret`, `webhook_secret_current`, `webhook_secret_previous`."""
    return {
        "client_id": client_id,
        "client_secret": secrets.token_urlsafe(24),
        "webhook_secret_current": mint_webhook_secret(),
        "webhook_secret_previous": mint_webhook_secret(),
    }
