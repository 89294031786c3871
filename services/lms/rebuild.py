"""`python -m services.lms.rebuild`: empties the feed, which its owners then fill again (docs/decisions/0016).

Each council's feed is another one then: cursors of the old one are refused, with the cure.
"""

from __future__ import annotations

from services.lms.store.tables import metadata
from shared.rebuild import command

if __name__ == "__main__":
    command(
        metadata,
        help="Empty the feed of changes. Its readers are told to begin again. "
        "Changes are missing until the owners have published again.",
        done="the feed is empty",
    )
