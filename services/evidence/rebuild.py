"""`python -m services.evidence.rebuild`: empties the read model, which its owners then fill again (docs/decisions/0016).

What people recorded stays (`store/own_tables.py`): it is the service's own.
"""

from __future__ import annotations

from services.evidence.store.tables import metadata
from shared.rebuild import command

if __name__ == "__main__":
    command(
        metadata,
        help="Empty the read model of evidence. "
        "Harmless to repeat; figures are incomplete until the owners have published again.",
        done="the read model is empty, what people recorded is kept",
    )
