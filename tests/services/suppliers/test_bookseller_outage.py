"""The simulated bookseller's mailbox goes dead for a while: nobody gets in, and the bookseller works on behind it."""

import asyncio
from pathlib import Path

import pytest

from services.suppliers.contract import RawMessage, SupplierUnavailable, Transport
from tests.fixtures.bookseller import QUICK, an_order, running_bookseller


async def look_into(mailbox: Transport) -> list[RawMessage]:
    """What waits in the mailbox."""
    return [raw async for raw in mailbox.fetch()]


async def answers(mailbox: Transport) -> bool:
    """Whether the mailbox can be looked into."""
    try:
        await look_into(mailbox)
    except SupplierUnavailable:
        return False
    return True


async def test_a_dead_mailbox_lets_nobody_in_and_is_full_when_it_comes_back(tmp_path: Path) -> None:
    dead = ("--dead-after", "0", "--dead-for", "1.5")
    async with running_bookseller(tmp_path, *QUICK, *dead) as bookseller, bookseller.adapter().transport() as mailbox:
        assert await answers(mailbox)
        await mailbox.send(bookseller.adapter().write_order(an_order(1), 1))

        async with asyncio.timeout(5):
            while await answers(mailbox):
                pass
        with pytest.raises(SupplierUnavailable):
            await mailbox.send(bookseller.adapter().write_order(an_order(2), 2))
        written = await asyncio.to_thread(lambda: list((bookseller.mailbox / "responses").glob("*.edi")))
        async with asyncio.timeout(10):
            while not await answers(mailbox):  # noqa: ASYNC110 - the mailbox is of another process
                await asyncio.sleep(0.05)
        assert {raw.name for raw in await look_into(mailbox)} >= {f"responses/{path.name}" for path in written}
        await mailbox.send(bookseller.adapter().write_order(an_order(2), 2))
