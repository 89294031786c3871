"""Our files are in the bookseller's mailbox whole or not at all, also where its disk is full, over real SFTP."""

import pytest

from services.suppliers.contract import Kind, OutboundMessage, SupplierUnavailable
from tests.services.suppliers.bookseller_mailbox.post import ANSWER, Moods, Opener


async def test_a_file_for_which_there_is_no_room_is_not_put_in_place_and_is_sent_whole_later(
    odd_port: int, moods: Moods, post_at: Opener
) -> None:
    post = await post_at(odd_port)
    folder = post.root / "orders"
    folder.mkdir()
    order = OutboundMessage(Kind.ORDER, 7, "7-orders.edi", ANSWER, "application/edifact")
    moods.has_room_for = len(ANSWER) // 2

    with pytest.raises(SupplierUnavailable, match=f"kept {len(ANSWER) // 2} of {len(ANSWER)} bytes; its disk may be full"):
        await post.mailbox.send(order)
    assert [path.name for path in folder.iterdir()] == [".7-orders.edi.part"]

    moods.has_room_for = None
    await post.mailbox.send(order)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"7-orders.edi": ANSWER}
