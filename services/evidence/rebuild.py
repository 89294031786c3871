"""`python -m services.evidence.rebuild`: empties the read model, which its owners then fill again (docs/decisions/0016).

Cost models and suppliers' agreements stay: they are the service's own.
"""

from __future__ import annotations

from services.evidence.store.tables import metadata
from shared.rebuild import command

if __name__ == "__main__":
    command(
        metadata,
        help="Empty the read model of evidence. "
        "Harmless to repeat; figures are incomplete until the owners have published again.",
        done="the read model is empty, cost models and agreements are kept",
    )
