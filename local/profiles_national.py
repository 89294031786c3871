"""The profile of the simulated national bookseller, as `services.suppliers.national` reads it. Holds no secret."""

from __future__ import annotations

import json
from collections.abc import Mapping

from local.ports import LOOPBACK

SUPPLIER_ID = "national"
OUR_GLN = "5012345678900"
BOOKSELLER_GLN = "5098765432100"


def national_profile(*, port: int, host_key: str, accounts: Mapping[str, str], supplier_id: str = SUPPLIER_ID) -> str:
    """The profile as JSON.

    `port` and `host_key` are what `python -m local.simulators.bookseller` prints when it is ready; `accounts` gives the
    GLN of each council by ISIL. The secret that goes with it is `sftp_private_key`: the text of the simulator's
    `client_key` file.
    """
    return json.dumps(
        {
            "supplier_id": supplier_id,
            "name": "Albion Library Booksellers",
            "kind": "national",
            "capabilities": ["cancels", "delivers_direct", "supplies_records"],
            "deduplicates": True,
            "accounts": {isil: {"gln": gln} for isil, gln in accounts.items()},
            "fetch_seconds": 0.5,
            "our_gln": OUR_GLN,
            "supplier_gln": BOOKSELLER_GLN,
            "mailbox": {
                "host": LOOPBACK,
                "port": port,
                "user": "stockbridge",
                "host_keys": [host_key],
                "connect_seconds": 5,
                "operation_seconds": 10,
            },
        },
        indent=2,
    )
