"""The mailbox is read from where it was left, whatever ended the process in between."""

from collections.abc import AsyncIterator

import pytest

from services.suppliers.contract import LargeMessage, RawMessage
from services.suppliers.loops.mailbox import Mailbox
from services.suppliers.store import mailbox
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.services.suppliers.conftest import Rig


def numbered(*numbers: int) -> list[RawMessage]:
    return [RawMessage(f"m{number}", f"body {number}".encode(), cursor=str(number)) for number in numbers]


class Killed(BaseException):
    """Ends the process, as kill -9 does: nothing of ours handles it."""


class Kills(ScriptedSupplier):
    """A supplier that ends our process while it fetches the message after the second, or lets the mailbox forget the second."""

    def __init__(self, *, while_taking: bool) -> None:
        super().__init__()
        self.while_taking = while_taking
        self.armed = True

    async def fetch(self, after: str | None) -> AsyncIterator[RawMessage | LargeMessage]:
        number = 0
        async for raw in super().fetch(after):
            yield raw
            number += 1
            if self.armed and number == 2:
                self.armed = False
                raise Killed

    async def taken(self, message: RawMessage) -> None:
        if self.armed and self.while_taking and message.name == "m2":
            self.armed = False
            raise Killed
        await super().taken(message)


@pytest.mark.parametrize("while_taking", [False, True])
async def test_a_killed_process_neither_skips_a_message_nor_fetches_one_again(rig: Rig, while_taking: bool) -> None:
    supplier = Kills(while_taking=while_taking)
    supplier.mailbox = numbered(1, 2, 3)
    with pytest.raises(Killed):
        await Mailbox(rig.engine, rig.exchange, supplier).turn()

    await Mailbox(rig.engine, rig.exchange, supplier).turn()

    assert supplier.fetched == ["m1", "m2", "m3"]
    assert [message.name for message in await rig.messages()] == ["m1", "m2", "m3"]


async def test_a_message_that_could_not_be_kept_is_fetched_again(rig: Rig) -> None:
    lost = RawMessage("a name with \x00 that no database takes", b"2", cursor="2")
    rig.supplier.mailbox = [*numbered(1), lost]
    with pytest.raises(Exception, match="invalid byte sequence"):
        await rig.mailbox.turn()

    rig.supplier.mailbox[1] = numbered(2)[0]
    await rig.mailbox.turn()

    assert [message.name for message in await rig.messages()] == ["m1", "m2"]


async def test_a_mailbox_that_removes_its_messages_needs_no_cursor(rig: Rig) -> None:
    rig.supplier.mailbox = [RawMessage("one", b"1"), RawMessage("two", b"2")]

    await rig.mailbox.turn()

    assert rig.supplier.mailbox == []
    async with rig.engine.connect() as connection:
        assert await mailbox.cursor(connection, "scripted") is None


@pytest.mark.parametrize("cursor", ["", "x" * 1_001, "a\x00b", "line\nbreak"])
def test_a_cursor_that_cannot_be_stored_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        RawMessage("m", b"", cursor=cursor)
