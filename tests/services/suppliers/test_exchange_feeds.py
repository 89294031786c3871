"""Files of records of any size: read part by part, gone on with where the process ended, nothing lost or doubled."""

from __future__ import annotations

import asyncio

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from services.suppliers.contract import Kind, RawMessage, SupplierUnavailable
from services.suppliers.domain.messages import Direction, State
from services.suppliers.usecases import intake
from services.suppliers.usecases.decisions import replay
from shared.contracts.messages import MessageQuarantined, MessageSettled
from shared.records.brief import brief_of
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import Rig, records_of

ISBN = "9780141439518"


def a_feed(*lines: str) -> bytes:
    """A file of records, one a line."""
    return "\n".join(["FEED", *lines]).encode()


def volumes(count: int) -> list[str]:
    return [f"{ISBN} Volume {number}" for number in range(count)]


@pytest.fixture
def staff(client: AsyncClient, tokens: Tokens) -> AsyncClient:
    """Operations staff, who may read every message."""
    client.headers.update(tokens.headers("exchange:read", council=None))
    return client


async def titles(rig: Rig) -> list[str]:
    return [brief_of(record.description).title for record in await records_of(rig)]


async def test_a_file_of_records_is_published_in_its_order(rig: Rig) -> None:
    await rig.receives(a_feed(*volumes(501)))

    assert await titles(rig) == [f"Volume {number}" for number in range(501)]
    (message,) = await rig.messages()
    assert (message.state, message.kind, message.reason) == (State.APPLIED, Kind.RECORD, "")


async def test_what_cannot_be_read_is_kept_aside_and_the_rest_taken(rig: Rig, staff: AsyncClient) -> None:
    await rig.receives(a_feed(*volumes(3), "?lost", "9780141439519 Wrong check digit", *volumes(2)))

    assert len(await titles(rig)) == 5
    (message,) = await rig.messages()
    assert message.state is State.PARTLY_APPLIED
    assert message.reason == "2 of 7 records kept aside: 1 wrong ISBN, 1 not understood"
    assert len(await rig.published(MessageQuarantined)) == 1
    listed = (await staff.get(f"/v1/messages/{message.id}/kept-aside")).json()["items"]
    assert [(one["number"], one["code"]) for one in listed] == [(4, "not-understood"), (5, "invalid-isbn")]
    assert "13 digits of the ISBN" in listed[1]["advice"]
    assert (await staff.get(f"/v1/messages/{message.id}/kept-aside/4")).content == b"?lost"
    assert (await staff.get(f"/v1/messages/{message.id}/kept-aside/1")).status_code == 404


async def test_a_replay_with_a_mended_reader_takes_what_was_kept_aside(rig: Rig) -> None:
    await rig.receives(a_feed(f"{ISBN} One", f"?{ISBN} Two"))
    (message,) = await rig.messages()
    rig.supplier.mended = True
    async with rig.engine.begin() as connection:
        await replay(connection, rig.exchange, message.id, actor="jo", reason="the reader is mended")
    await rig.read_all()

    assert await titles(rig) == ["One", "One", "Two"]
    assert await rig.states() == [State.APPLIED]
    assert len(await rig.published(MessageSettled)) == 1


async def test_a_process_that_ends_in_the_middle_goes_on_at_the_same_record(rig: Rig, staff: AsyncClient) -> None:
    body = a_feed(*volumes(450), "?lost", *volumes(450))
    async with rig.engine.begin() as connection:
        await intake.keep_inbound(connection, rig.exchange, RawMessage("nightly.onix", body))
    for _ in range(3):
        assert await rig.reader.turn()
    (message,) = await rig.messages()
    progress = (await staff.get(f"/v1/messages/{message.id}")).json()["progress"]
    assert (progress["records"], progress["ended_at"]) == (400, None)

    rig.restart()
    await rig.read_all()

    assert await titles(rig) == [f"Volume {number}" for number in (*range(450), *range(450))]
    progress = (await staff.get(f"/v1/messages/{message.id}")).json()["progress"]
    assert (progress["records"], progress["kept_aside"], progress["expected_end_at"]) == (900, 1, None)
    assert progress["counts"] == {"error not-understood": 1}
    assert [(reason["code"], reason["count"]) for reason in progress["reasons"]] == [("not-understood", 1)]
    assert progress["bytes_read"] == len(body)


async def test_a_file_that_was_read_before_is_not_read_again(rig: Rig) -> None:
    await rig.receives(a_feed(*volumes(3)), a_feed(*volumes(3)))

    assert await rig.states() == [State.APPLIED, State.DUPLICATE]
    assert len(await titles(rig)) == 3


@pytest.mark.parametrize(
    ("body", "state"),
    [(b"FEED", State.APPLIED), (b"FEED\n?lost", State.QUARANTINED), (b"FEED\n!no ISBN", State.QUARANTINED)],
)
async def test_a_file_in_which_nothing_can_be_read_waits_for_a_person(rig: Rig, body: bytes, state: State) -> None:
    await rig.receives(body)

    assert await rig.states() == [state]


async def test_what_is_left_out_needs_nobody_where_other_records_are_taken(rig: Rig) -> None:
    await rig.receives(a_feed(*volumes(2), "!a map without ISBN"))

    assert await rig.states() == [State.APPLIED]


async def test_a_large_message_is_kept_in_parts_beside_the_looks(rig: Rig, staff: AsyncClient) -> None:
    body = a_feed(*volumes(300))
    rig.supplier.large["large.onix"] = [body[:1_000], body[1_000:1_001], body[1_001:]]
    await _fetch(rig)
    await rig.read_all()

    (message,) = await rig.messages(direction=Direction.IN)
    assert (message.name, message.size, message.state) == ("large.onix", len(body), State.APPLIED)
    assert len(await titles(rig)) == 300
    assert rig.supplier.large == {}
    answer = await staff.get(f"/v1/messages/{message.id}/raw")
    assert (answer.content, answer.headers["content-length"]) == (body, str(len(body)))
    assert (await staff.get(f"/v1/messages/{message.id}/tree")).status_code == 413


async def test_a_large_message_that_breaks_off_is_fetched_again_and_nothing_of_it_stays(rig: Rig) -> None:
    body = a_feed(*volumes(3))
    rig.supplier.large["large.onix"] = [body[:20], SupplierUnavailable("the line broke")]
    await _fetch(rig)
    assert await rig.messages() == []
    rig.supplier.large["large.onix"] = [body[:20], body[20:]]
    await _fetch(rig)
    await rig.read_all()

    assert len(await titles(rig)) == 3
    async with rig.engine.connect() as connection:
        parts = (await connection.execute(text("SELECT count(*), count(DISTINCT message_id) FROM message_part"))).one()
    assert tuple(parts) == (2, 1)


async def _fetch(rig: Rig) -> None:
    """Looks into the mailbox, three times, each time until the large message in it is kept, or could not be."""
    for _ in range(3):
        await rig.mailbox.turn()
        if tasks := [task for task in asyncio.all_tasks() if task.get_name() == "large message"]:
            await asyncio.wait(tasks)
    await rig.mailbox.close()
