"""Who works on the post of one council at a time: the reader and the consumer take turns, however long a turn is."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from services.lms.store.asked import lock_post
from tests.services.lms.post.conftest import SUFFOLK, Rig

_USUAL = text("SET LOCAL lock_timeout = '50ms'")
_LONGER_SECONDS = 0.3


async def test_a_turn_is_waited_for_longer_than_other_locks_are(rig: Rig) -> None:
    async with rig.engine.begin() as busy, rig.engine.begin() as waiting:
        await lock_post(busy, [SUFFOLK])
        await waiting.execute(_USUAL)
        turn = asyncio.create_task(lock_post(waiting, [SUFFOLK]))
        await asyncio.sleep(_LONGER_SECONDS)
        assert not turn.done()
        await busy.rollback()
        await turn
