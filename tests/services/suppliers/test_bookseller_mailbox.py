"""The bookseller's mailbox over real SFTP, with the simulated bookseller behind it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from services.suppliers.contract import (
    DespatchFact,
    Fact,
    OutboundMessage,
    RawMessage,
    ResponseFact,
    SendOutcomeUnknown,
    SupplierUnavailable,
    Transport,
)
from services.suppliers.national.read import read
from shared.records import Record
from shared.records.brief import brief_of
from tests.fixtures.bookseller import QUICK, Bookseller, all_copies, an_order, running_bookseller, shipped
from tests.waiting import until

pytestmark = pytest.mark.processes

NOTHING_SPECIAL = tuple(
    part
    for name in (
        "back_order",
        "part_back_order",
        "refuse",
        "part_refuse",
        "substitute_offered",
        "substitute_sent",
        "unknown_code",
    )
    for part in ("--proportion", f"{name}=0")
)
CATALOGUE = """isbn,title,author,publisher,year,binding,price
9780141439518,Pride and prejudice,"Austen, Jane",Penguin,2003,paperback,7.99
9780140449136,Crime and punishment: a novel,"Dostoyevsky, Fyodor",Penguin,2003,hardback,12.50
"""


@pytest.fixture
async def bookseller(tmp_path: Path) -> AsyncIterator[Bookseller]:
    """A bookseller that has everything and answers at once."""
    async with running_bookseller(tmp_path / "bookseller", *QUICK, *NOTHING_SPECIAL) as running:
        yield running


@asynccontextmanager
async def mailbox_of(bookseller: Bookseller) -> AsyncIterator[Transport]:
    async with bookseller.adapter().transport() as mailbox:
        yield mailbox


async def small(mailbox: Transport) -> AsyncIterator[RawMessage]:
    """Yields what is in the mailbox: no test here has a large file."""
    async for message in mailbox.fetch(None):
        assert isinstance(message, RawMessage)
        yield message


async def collected(mailbox: Transport, *, copies: int) -> list[Fact]:
    """Fetches until this many copies have been despatched; returns all facts. Each file is confirmed as taken."""
    facts: list[Fact] = []

    async def enough() -> bool:
        async for raw in small(mailbox):
            facts.extend(read(raw).facts)
            await mailbox.taken(raw)
        return len(shipped(facts)) >= copies

    await until(enough)
    return facts


async def test_an_order_goes_out_and_comes_back_as_response_and_goods(bookseller: Bookseller) -> None:
    order = an_order(1)
    async with mailbox_of(bookseller) as mailbox:
        await mailbox.send(bookseller.adapter().write_order(order, 1))
        facts = await collected(mailbox, copies=len(all_copies(order)))

    responses = [fact for fact in facts if isinstance(fact, ResponseFact)]
    assert {line.line_key for response in responses for line in response.lines} == {line.line_key for line in order.lines}
    assert shipped(facts) == all_copies(order)
    places = {fact.deliver_to for fact in facts if isinstance(fact, DespatchFact)}
    assert places == {"5012345678917", "LOWE", "BURY"}


async def test_a_message_is_known_to_be_received_before_and_after_it_is_collected(bookseller: Bookseller) -> None:
    message = bookseller.adapter().write_order(an_order(1), 1)
    async with mailbox_of(bookseller) as mailbox:
        assert await mailbox.has_received(message) is False
        await mailbox.send(message)
        assert await mailbox.has_received(message) is True
        await collected(mailbox, copies=1)
        assert await mailbox.has_received(message) is True


async def test_a_connection_that_breaks_after_the_rename_leaves_the_outcome_unknown(tmp_path: Path) -> None:
    order = an_order(1)
    options = (*QUICK, *NOTHING_SPECIAL, "--proportion", "break_after_upload=1")
    async with running_bookseller(tmp_path / "b", *options) as bookseller, mailbox_of(bookseller) as mailbox:
        message = bookseller.adapter().write_order(order, 1)

        with pytest.raises(SendOutcomeUnknown):
            await mailbox.send(message)

        assert await mailbox.has_received(message) is True
        await mailbox.send(message)
        facts = await collected(mailbox, copies=len(all_copies(order)))
        assert shipped(facts) == all_copies(order)
        assert sum(isinstance(fact, ResponseFact) for fact in facts) == 1


async def test_a_message_sent_onto_itself_is_sent(bookseller: Bookseller) -> None:
    # The bookseller collects no hidden file.
    uncollected = replace(bookseller.adapter().write_order(an_order(1), 1), name=".held-back.edi")
    async with mailbox_of(bookseller) as mailbox:
        await mailbox.send(uncollected)
        await mailbox.send(uncollected)

        assert await mailbox.has_received(uncollected) is True


async def test_a_supplier_that_is_down_is_unavailable_and_found_again_by_itself(bookseller: Bookseller) -> None:
    message = bookseller.adapter().write_order(an_order(1), 1)
    async with mailbox_of(bookseller) as mailbox:
        assert await mailbox.has_received(message) is False
        await bookseller.kill()

        with pytest.raises(SupplierUnavailable):
            await mailbox.send(message)
        with pytest.raises(SupplierUnavailable):
            await anext(aiter(mailbox.fetch(None)))

        await bookseller.start()
        await mailbox.send(message)
        assert await mailbox.has_received(message) is True


async def test_a_server_that_hangs_is_unavailable_in_good_time(bookseller: Bookseller) -> None:
    ours = bookseller.adapter(operation_seconds=1)
    message = ours.write_order(an_order(1), 1)
    async with ours.transport() as mailbox:
        await until(lambda: _answers(mailbox, message))
        assert await mailbox.has_received(message) is False
        assert bookseller.child is not None
        os.kill(bookseller.child.pid, signal.SIGSTOP)

        # Nobody else would end this: the server hangs until it is woken.
        with pytest.raises(SupplierUnavailable):
            await asyncio.wait_for(mailbox.send(message), 30)

        os.kill(bookseller.child.pid, signal.SIGCONT)
        await until(lambda: _answers(mailbox, message))
        await mailbox.send(message)


async def _answers(mailbox: Transport, message: OutboundMessage) -> bool:
    """Whether the server answers in its second: a busy machine may take longer."""
    try:
        await mailbox.has_received(message)
    except SupplierUnavailable:
        return False
    return True


async def test_a_server_with_another_key_is_refused(bookseller: Bookseller) -> None:
    bookseller.host_key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    async with mailbox_of(bookseller) as mailbox:
        with pytest.raises(SupplierUnavailable, match="the server shows another key than those that are known"):
            await mailbox.send(bookseller.adapter().write_order(an_order(1), 1))


async def test_a_key_the_server_does_not_know_is_unavailable(bookseller: Bookseller) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(bookseller.folder / "client_key")
    async with mailbox_of(bookseller) as mailbox:
        with pytest.raises(SupplierUnavailable, match=r"[Pp]ermission denied"):
            await mailbox.send(bookseller.adapter().write_order(an_order(1), 1))


async def test_files_are_fetched_oldest_first_and_unfinished_ones_left(bookseller: Bookseller) -> None:
    responses = bookseller.mailbox / "responses"
    for age, name in enumerate(("new.edi", "old.edi", ".hidden.edi", "upload.edi.part", "copy.tmp")):
        (responses / name).write_bytes(name.encode())
        os.utime(responses / name, (1_000_000 - age * 100, 1_000_000 - age * 100))
    async with mailbox_of(bookseller) as mailbox:
        fetched = [raw async for raw in mailbox.fetch(None)]

    assert fetched == [RawMessage("responses/old.edi", b"old.edi"), RawMessage("responses/new.edi", b"new.edi")]


async def test_files_are_fetched_in_the_order_of_folders(bookseller: Bookseller) -> None:
    for folder in ("records", "selections", "invoices", "despatches", "responses", "acknowledgements"):
        (bookseller.mailbox / folder / "1.edi").write_bytes(folder.encode())
    async with mailbox_of(bookseller) as mailbox:
        fetched = [raw.body.decode() async for raw in small(mailbox)]

    assert fetched == ["acknowledgements", "responses", "despatches", "invoices", "selections", "records"]


async def test_only_what_was_taken_leaves_the_mailbox(bookseller: Bookseller) -> None:
    first, second = bookseller.mailbox / "responses" / "a.edi", bookseller.mailbox / "responses" / "b.edi"
    first.write_bytes(b"first")
    second.write_bytes(b"second")
    async with mailbox_of(bookseller) as mailbox:
        messages = [raw async for raw in small(mailbox)]
        second.write_bytes(b"second, and more of it")
        for message in messages:
            await mailbox.taken(message)
            await mailbox.taken(message)

        assert [raw.body async for raw in small(mailbox)] == [b"second, and more of it"]


async def test_records_are_sent_for_the_titles_the_bookseller_knows(tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text(CATALOGUE)
    options = (*QUICK, "--catalogue", str(catalogue))
    async with running_bookseller(tmp_path / "b", *options) as bookseller, mailbox_of(bookseller) as mailbox:
        await mailbox.send(bookseller.adapter().write_record_request(["9780140449136", "9780141439600"], 1))
        records: list[Fact] = []

        async def came() -> bool:
            records.extend([fact async for raw in small(mailbox) for fact in read(raw).facts])
            return bool(records)

        await until(came)

    (record,) = records
    assert isinstance(record, Record)
    brief = brief_of(record.description)
    assert (brief.title, brief.subtitle, brief.author) == ("Crime and punishment", "a novel", "Dostoyevsky, Fyodor")
    assert (brief.form, brief.published) == ("hardback", "2003")
    assert [price.minor for offer in record.offers for price in offer.prices] == [1250]


async def test_a_feed_lies_in_the_mailbox_soon_after_the_start(tmp_path: Path) -> None:
    async with running_bookseller(tmp_path / "b", *QUICK, "--feed-count", "30") as bookseller, mailbox_of(bookseller) as mailbox:
        messages: list[RawMessage] = []

        async def came() -> bool:
            messages.extend([raw async for raw in small(mailbox)])
            return bool(messages)

        await until(came)

    (feed,) = messages
    assert feed.name == "records/feed-of-30.onix"
    assert len(read(feed).facts) == 30
