"""Notices that a system stands still. A busy machine is slow: only where nothing moves any more has a test failed."""

from __future__ import annotations

import time

from local.stack.programs import PROCESSES
from tests.faults.collector import Databases

# Longer than any pause after which a service tries again, on a machine so busy that the broker does not answer for minutes.
_STANDSTILL_SECONDS = 480.0
_COUNTS = """
SELECT (SELECT count(*) FROM inbox) AS handled, (SELECT count(*) FROM outbox) AS published,
    (SELECT count(*) FROM outbox WHERE sent_at IS NULL) AS unsent
"""


class Progress:
    """Whether anything moves: an event that is published, sent or handled anywhere."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._seen: list[object] = []
        self._since = time.monotonic()
        self.moved = True

    async def stands_still(self) -> bool:
        """Looks again; returns whether nothing has moved for so long that nothing will. `moved`: since the last look."""
        seen = [dict(row) for process in PROCESSES for row in await self._databases.rows(process, _COUNTS)]
        self.moved = seen != self._seen
        if self.moved:
            self._seen, self._since = list(seen), time.monotonic()
        return time.monotonic() - self._since > _STANDSTILL_SECONDS
