"""Profile and secrets of the simulated national bookseller, for the stack and for tests. Holds no secret itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from local.ports import LOOPBACK
from services.suppliers.contract import Account, Capability
from services.suppliers.national.profile import Mailbox, NationalProfile

SUPPLIER_ID = "national"
OUR_GLN = "5012345678900"
BOOKSELLER_GLN = "5098765432100"


def national_profile(port: int, host_key: str, councils: Mapping[str, str], *, supplier_id: str = SUPPLIER_ID) -> str:
    """The profile as JSON text. `councils`: ISIL -> GLN of each council served.

    `port` and `host_key` are what the simulator prints when it is ready.
    """
    profile = NationalProfile(
        supplier_id=supplier_id,
        name="Albion Library Booksellers",
        capabilities=frozenset({Capability.CANCELS, Capability.DELIVERS_DIRECT, Capability.SUPPLIES_RECORDS}),
        deduplicates=True,
        accounts={isil: Account(gln=gln) for isil, gln in councils.items()},
        fetch_seconds=0.5,
        our_gln=OUR_GLN,
        supplier_gln=BOOKSELLER_GLN,
        mailbox=Mailbox(
            host=LOOPBACK, port=port, user="stockbridge", host_keys=(host_key,), connect_seconds=5, operation_seconds=10
        ),
    )
    return profile.model_dump_json(indent=2)


def national_secrets(client_key: Path) -> dict[str, str]:
    """`sftp_private_key`: the text of the key file that the simulator made or was given the public half of."""
    return {"sftp_private_key": client_key.read_text()}
