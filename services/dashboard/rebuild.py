"""`python -m services.dashboard.rebuild`: empties the read model, which its owners then fill again (docs/decisions/0016).

Sessions stay (`store/own_tables.py`): no event has them.
"""

from __future__ import annotations

from services.dashboard.store.tables import metadata
from shared.rebuild import command

if __name__ == "__main__":
    command(
        metadata,
        help="Empty the dashboard's read model. Harmless to repeat; the page is empty until the owners have published again.",
        done="the read model is empty",
    )
