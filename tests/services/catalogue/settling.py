"""A catalogue whose changes readers get at once.

Readers get changes only up to the oldest transaction that runs anywhere in the cluster, and other tests use the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.messaging.envelope import Envelope
from tests.services.hearing import Hearing
from tests.waiting import until

_SETTLED = text("""
    SELECT coalesce(greatest((SELECT max(position) FROM title), (SELECT max(position) FROM ordered_title)), 0)
           < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
""")


async def settle(engine: AsyncEngine) -> None:
    """Waits until no transaction runs that is older than the last change."""

    async def is_settled() -> bool:
        async with engine.connect() as connection:
            return bool((await connection.execute(_SETTLED)).scalar_one())

    await until(is_settled)


@dataclass(frozen=True)
class Settled(Hearing):
    """A service whose changes are settled when it has heard them."""

    async def hears_envelopes(self, envelopes: Sequence[Envelope]) -> None:
        """Gives the service a batch, and waits until readers get what it changed."""
        await super().hears_envelopes(envelopes)
        await settle(self.engine)
