"""Profile and secrets of a simulated national bookseller, for the stack and for tests. Contains no secret itself.

The dialects are those of the profiles that come with the adapter; only what a deployment decides is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from local.machine.ports import LOOPBACK
from services.suppliers.contract import Capability
from services.suppliers.national.profile import NationalAccount, NationalProfile

SUPPLIER_ID = "national"
BOOKSELLERS = ("albion", "ridgeway")


def profile_document(bookseller: str) -> str:
    """Returns the profile of one of `BOOKSELLERS` as it comes with the adapter, as JSON text."""
    return resources.files("services.suppliers.national").joinpath("profiles", f"{bookseller}.json").read_text("utf-8")


def national_profile(
    port: int,
    host_key: str,
    councils: Mapping[str, str],
    *,
    supplier_id: str = SUPPLIER_ID,
    bookseller: str = "albion",
    archive: bool = True,
) -> str:
    """Returns the profile as JSON text. `councils`: ISIL -> GLN of each council served.

    Without an `archive` that we can see, nothing says that it ignores a repeated message: people decide about doubtful ones.

    `port` and `host_key` are printed by the simulator when it is ready; it must simulate the same bookseller.
    """
    document = NationalProfile.model_validate_json(profile_document(bookseller))
    here = {"host": LOOPBACK, "port": port, "user": "stockbridge", "host_keys": (host_key,)}
    # Short, because people and tests wait for what the simulator does.
    limits = {"connect_seconds": 5.0, "operation_seconds": 10.0, "settle_seconds": 2.0, "stuck_seconds": 4.0}
    folders = {} if archive else {"folders": document.mailbox.folders.model_copy(update={"archive": None})}
    profile = document.model_copy(
        update={
            "supplier_id": supplier_id,
            # The simulator sends goods where an order says.
            "capabilities": document.capabilities | {Capability.DELIVERS_TO_HUB},
            "accounts": {isil: _account(document, isil, gln) for isil, gln in councils.items()},
            "fetch_seconds": 1.0,
            "deduplicates": document.deduplicates and archive,
            "mailbox": document.mailbox.model_copy(update=here | limits | folders),
        }
    )
    return profile.model_dump_json(indent=2)


def _account(document: NationalProfile, isil: str, gln: str) -> NationalAccount:
    """Returns the bookseller's account of a council, or a new one, with an account number if the dialect uses numbers."""
    known = document.accounts.get(isil)
    if known is not None:
        return known.model_copy(update={"gln": gln})
    return NationalAccount(gln=gln, account_number="" if document.dialect.buyer_agency == "9" else isil.replace("-", ""))


def national_secrets(client_key: Path) -> dict[str, str]:
    """Returns `sftp_private_key`: the text of the private key file whose public key the simulator has."""
    return {"sftp_private_key": client_key.read_text()}
