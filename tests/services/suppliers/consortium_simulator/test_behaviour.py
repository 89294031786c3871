"""The simulated consortium's behaviour with orders, and how our side reads it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from local.machine.certificates import Certificates
from local.simulators import consortium
from local.simulators.consortium.__main__ import app
from local.simulators.consortium.cancellations import without
from services.suppliers.contract import (
    CancellationToSend,
    OrderToSend,
    ResponseFact,
)
from tests.builders import a_record
from tests.services.suppliers.consortium_simulator.simulated_consortium import (
    AUSTEN,
    DICKENS,
    Inbox,
    Simulate,
    Simulator,
    always,
    an_order,
    send,
)
from tests.waiting import eventually


def what_happened(inbox: Inbox) -> list[str]:
    answers = {
        (json.loads(push.body)["data"]["order_number"], line["line_key"], line["status"], str(line.get("copies")))
        for push in inbox.of_type("order.responded")
        for line in json.loads(push.body)["data"]["lines"]
    }
    return sorted(map(str, answers)) + sorted(str(sorted(copy.items(), key=str)) for copy in inbox.shipped())


async def end_of(simulator: Simulator, orders: list[OrderToSend]) -> list[str]:
    """Returns the outcome of the orders once nothing is left to send."""
    await simulator.start()
    await send(simulator, *orders)
    numbers = {order.order_number for order in orders}
    await eventually(lambda: simulator.inbox.answered_orders() == numbers and not simulator.planned())
    return what_happened(simulator.inbox)


async def test_the_same_orders_always_end_the_same_whenever_they_arrive(simulate: Simulate) -> None:
    orders = [an_order(number, lines=4) for number in range(1, 16)]
    inboxes = [Inbox() for _ in range(3)]

    first = await end_of(simulate("--seed", "7", inbox=inboxes[0]), orders)
    second = await end_of(simulate("--seed", "7", inbox=inboxes[1]), orders[::-1])
    other = await end_of(simulate("--seed", "8", inbox=inboxes[2]), orders)

    assert first == second
    assert first != other
    for inbox in inboxes:
        inbox.close()


async def test_lines_sent_again_under_another_key_are_duplicates(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("accept"))
    await simulator.start()
    ours = simulator.adapter()

    async with ours.transport() as transport:
        await transport.send(ours.write_order(an_order(1), 1))
        await transport.send(ours.write_order(an_order(1, lines=2), 2))

    await eventually(lambda: not simulator.planned())
    assert inbox.statuses() == {"accepted": 2, "duplicate": 1}
    assert len(inbox.shipped()) == 6


async def test_pushes_are_repeated_under_their_id_until_they_are_taken(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("refuse"))
    inbox.refusals = 3
    await simulator.start()

    await send(simulator, an_order(1))
    await eventually(lambda: len(inbox.received) == 4)

    assert len({push.push_id for push in inbox.received}) == 1
    assert len({push.body for push in inbox.received}) == 1
    await eventually(lambda: not simulator.planned())


async def test_pushes_come_twice_under_the_same_id_or_a_new_one(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("refuse", send_twice=1.0))
    await simulator.start()

    await send(simulator, *(an_order(number) for number in range(1, 9)))
    await eventually(lambda: len(inbox.received) == 16)

    assert len({push.body for push in inbox.received}) == 8
    assert 8 < len({push.push_id for push in inbox.received}) < 16


@pytest.mark.parametrize(
    ("outcome", "codes"),
    [
        ("refuse", {"200", "201", "223"}),
        ("substitute", {"110", "210"}),
        ("unknown_word", {"seeking_approval"}),
        ("back_order", {"100", "400", "401"}),
    ],
)
async def test_our_side_understands_each_outcome(simulate: Simulate, inbox: Inbox, outcome: str, codes: set[str]) -> None:
    simulator = simulate(*always(outcome))
    await simulator.start()

    await send(simulator, an_order(1, lines=30))
    await eventually(lambda: not simulator.planned() and bool(inbox.received))

    responses = [fact for fact in simulator.facts() if isinstance(fact, ResponseFact)]
    assert {line.status_code for fact in responses for line in fact.lines} == codes


async def test_what_is_supplied_instead_is_shipped_under_its_own_isbn(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("substitute"))
    await simulator.start()

    await send(simulator, an_order(1, lines=30))
    await eventually(lambda: not simulator.planned() and bool(inbox.received))

    supplied = {
        line.substitute_isbn
        for fact in simulator.facts()
        if isinstance(fact, ResponseFact)
        for line in fact.lines
        if line.status_code == "110"
    }
    assert supplied == {copy["isbn"] for copy in inbox.shipped()}
    assert AUSTEN not in supplied


async def test_released_back_orders_ship_in_the_end(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("back_order", release=1.0))
    await simulator.start()

    await send(simulator, an_order(1, lines=5))
    await eventually(lambda: not simulator.planned() and bool(inbox.received))

    assert inbox.statuses()["back_ordered"] + inbox.statuses()["on_order"] == 5
    assert len(inbox.shipped()) == 15


async def test_lines_shipped_in_parts_ship_whole(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("accept", partial_ship=1.0))
    await simulator.start()

    await send(simulator, an_order(1, lines=2))
    await eventually(lambda: not simulator.planned() and bool(inbox.received))

    assert len(inbox.of_type("shipment.despatched")) == 2
    assert len(inbox.shipped()) == 6


async def test_a_copy_that_waits_can_be_cancelled_and_one_accepted_cannot(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate(*always("back_order", release=1.0), "--release-delay", "3600")
    await simulator.start()
    ours, order = simulator.adapter(), an_order(1, lines=8)
    stray = an_order(2).lines[0]
    lines = (*((line, (1, 2, 3)) for line in order.lines), (stray, (1,)))

    async with ours.transport() as transport:
        await transport.send(ours.write_order(order, 1))
        await eventually(lambda: len(inbox.of_type("order.responded")) == 1)
        before = inbox.statuses()
        await transport.send(
            ours.write_cancellation(CancellationToSend("GB-SFK", order.order_id, order.order_number, "", lines), 2)
        )
        await eventually(lambda: len(inbox.of_type("order.responded")) == 2)

    (answer,) = [
        fact
        for fact in simulator.facts()
        if isinstance(fact, ResponseFact) and any(line.status_code == "222" for line in fact.lines)
    ]
    cancelled = [copy for line in answer.lines if line.status_code == "222" for copy in line.copies]
    too_late = [copy for line in answer.lines if line.status_code == "800" for copy in line.copies]
    assert len(cancelled) + len(too_late) == 24
    # The goods of what was too late may come after the answer that says so.
    await eventually(lambda: len(inbox.shipped()) == len(too_late))
    assert sum(line.status_code == "222" for line in answer.lines) == before["back_ordered"] + before["on_order"]
    assert [line.line_key for line in answer.lines if line.status_code == "900"] == [stray.line_key]
    # The release had every waiting copy on it: nothing of it is left to send, once the last push is noted as taken.
    await eventually(lambda: not simulator.planned())


@pytest.mark.parametrize(
    ("manner", "answers", "sent"),
    [("late", ["222"], 0), ("twice", ["222", "222"], 0), ("silent", [], 3), ("despatched", ["800"], 3), ("sent", ["222"], 3)],
)
async def test_a_cancellation_is_dealt_with_in_the_manner_of_its_line(
    manner: str, answers: list[str], sent: int, simulate: Simulate, inbox: Inbox
) -> None:
    waiting = always("back_order", waits=1.0, release=1.0, **{f"cancel_{manner}": 1.0})
    simulator = simulate(*waiting, "--release-delay", "3", "--response-delay", "0.1", "--despatch-delay", "0.1")
    await simulator.start()
    ours, order = simulator.adapter(), an_order(1)
    cancellation = CancellationToSend("GB-SFK", order.order_id, order.order_number, "", ((order.lines[0], (1, 2, 3)),))

    async with ours.transport() as transport:
        await transport.send(ours.write_order(order, 1))
        await transport.send(ours.write_cancellation(cancellation, 2))
    await eventually(lambda: not simulator.planned())

    facts = [fact for fact in simulator.facts() if isinstance(fact, ResponseFact)]
    assert [line.status_code for fact in facts for line in fact.lines if line.status_code in ("222", "800")] == answers
    assert len(inbox.shipped()) == sent


def test_a_shipment_without_some_copies_counts_the_rest() -> None:
    copies = [{"copy_number": 1}, {"copy_number": 2}]
    push = json.dumps({"data": {"parcels": [{"lines": [{"line_key": "A", "quantity": 2, "copies": copies}]}]}})

    (parcel,) = json.loads(without(push, frozenset({("A", 1)})) or "")["data"]["parcels"]

    assert parcel["lines"] == [{"line_key": "A", "quantity": 1, "copies": [{"copy_number": 2}]}]
    assert without(push, frozenset({("A", 1), ("A", 2)})) is None


async def test_records_of_known_titles_come_by_push(simulate: Simulate, inbox: Inbox, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text(
        "isbn,title,author,publisher,year,binding,price\n"
        f'{AUSTEN},Pride and Prejudice: A Novel,"Austen, Jane",Penguin Classics,2003,paperback,7.99\n'
    )
    simulator = simulate("--catalogue", str(catalogue))
    await simulator.start()
    ours = simulator.adapter()

    async with ours.transport() as transport:
        await transport.send(ours.write_record_request([AUSTEN, DICKENS, AUSTEN], 1))
    await eventually(lambda: bool(inbox.of_type("record.supplied")))

    assert set(simulator.facts()) == {
        a_record(
            AUSTEN,
            "Pride and Prejudice",
            subtitle="A Novel",
            author="Austen, Jane",
            publisher="Penguin Classics",
            published="2003",
            form="paperback",
            retail=799,
        )
    }


@pytest.mark.parametrize("proportion", ["accept", "accept=much", "tea=1"])
def test_a_wrong_proportion_is_named(certificates: Certificates, proportion: str) -> None:
    files = ["--cert", str(certificates.server), "--key", str(certificates.server_key)]
    secrets = ["--client-secret", "a", "--webhook-secret", "whsec_YQ==", "--webhook-url", "http://127.0.0.1:1"]

    run = CliRunner().invoke(app, [*files, *secrets, "--proportion", proportion])

    assert run.exit_code == 2
    assert proportion.partition("=")[0] in run.output


def test_the_simulator_knows_the_wire_and_nothing_of_the_system() -> None:
    imported = {
        node.module or ""
        for file in Path(consortium.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
    }

    assert {module for module in imported if module.startswith(("services", "shared"))} == {"shared.clock"}
