"""The simulated bookseller's mailbox is unreachable for a while, and the bookseller goes on working behind it."""

import asyncio
from pathlib import Path

import pytest

from services.suppliers.contract import RawMessage, SupplierUnavailable, Transport
from tests.fixtures.bookseller import QUICK, an_order, running_bookseller
from tests.waiting import until

pytestmark = pytest.mark.processes


async def look_into(mailbox: Transport) -> list[RawMessage]:
    """Lists the files that wait in the mailbox."""
    return [raw async for raw in mailbox.fetch(None) if isinstance(raw, RawMessage)]


async def answers(mailbox: Transport) -> bool:
    """Whether the mailbox can be reached."""
    try:
        await look_into(mailbox)
    except SupplierUnavailable:
        return False
    return True


async def test_a_dead_mailbox_refuses_connections_and_keeps_its_files(tmp_path: Path) -> None:
    # Long enough for a busy machine to see it: what is asked below must be asked while nobody gets in.
    dead = ("--dead-after", "0", "--dead-for", "4")
    async with running_bookseller(tmp_path, *QUICK, *dead) as bookseller, bookseller.adapter().transport() as mailbox:
        assert await answers(mailbox)
        await mailbox.send(bookseller.adapter().write_order(an_order(1), 1))

        async def is_dead() -> bool:
            return not await answers(mailbox)

        await until(is_dead)
        with pytest.raises(SupplierUnavailable):
            await mailbox.send(bookseller.adapter().write_order(an_order(2), 2))
        written = await asyncio.to_thread(lambda: list((bookseller.mailbox / "responses").glob("*.edi")))
        await until(lambda: answers(mailbox))
        assert {raw.name for raw in await look_into(mailbox)} >= {f"responses/{path.name}" for path in written}
        await mailbox.send(bookseller.adapter().write_order(an_order(2), 2))
