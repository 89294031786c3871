"""What a council is shown of messages that also concern another council: what is its own, on every route."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.suppliers.contract import RawMessage, ResponseFact
from services.suppliers.domain.messages import CANONICAL_DESPATCH, HIDDEN, Message, State
from services.suppliers.usecases import intake
from shared.contracts.orders import OrderedLine, OrderPlaced
from shared.findings import Finding, Severity
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import (
    Rig,
    a_despatch,
    a_line,
    a_response,
    advised,
    an_acceptance,
    an_invoice,
    an_invoiced_line,
    an_order,
)

SUFFOLK, NORFOLK = "GB-SFK", "GB-NFK"
ACCOUNTS = {SUFFOLK: "5099990000013", NORFOLK: "5099990000020"}
REASON = {"reason": "to see what it shows"}


@dataclass(frozen=True)
class Side:
    """One council's order, and the words that only it may read."""

    council: str
    order: OrderPlaced
    line: OrderedLine
    unknown: str

    @property
    def words(self) -> list[str]:
        return [
            self.council,
            self.order.order_number,
            str(self.order.order_id),
            self.line.line_key,
            self.line.isbn,
            self.unknown,
            f"remark-of-{self.council}",
            f"file-of-{self.council}",
        ]


@dataclass
class Two:
    """An exchange with messages that concern both councils."""

    rig: Rig
    client: httpx.AsyncClient
    tokens: Tokens
    sides: tuple[Side, Side]

    def headers(self, council: str | None) -> dict[str, str]:
        return self.tokens.headers("exchange:read", "exchange:write", council=council)

    @property
    def app(self) -> FastAPI:
        transport = self.client._transport
        assert isinstance(transport, httpx.ASGITransport)
        assert isinstance(transport.app, FastAPI)
        return transport.app

    async def receives(self, name: str, body: bytes, content_type: str = "") -> None:
        async with self.rig.engine.begin() as connection:
            await intake.keep_inbound(connection, self.rig.exchange, RawMessage(name, body, content_type))
        await self.rig.read_all()


def a_side(council: str, number: str, isbn: str, unknown: str) -> Side:
    line = a_line(isbn)
    return Side(council, an_order(line, number=number, council=council), line, unknown)


def answer(side: Side, *, known: bool = True) -> ResponseFact:
    """An acceptance of the side's line, or an answer about a book that its order does not have."""
    line = side.line if known else a_line(side.unknown)
    if known:
        return a_response(an_acceptance(line), order_number=side.order.order_number)
    return a_response(an_acceptance(line.model_copy(update={"line_key": ""})), order_number=side.order.order_number)


@pytest.fixture
async def two(rig: Rig, client: httpx.AsyncClient, tokens: Tokens) -> Two:
    ours = a_side(SUFFOLK, "PO-OURS-1", "9780141439518", "9780306406157")
    theirs = a_side(NORFOLK, "PO-THEIRS-1", "9780141439600", "9783161484100")
    made = Two(rig, client, tokens, (ours, theirs))
    await rig.hears(ours.order, theirs.order)
    remarks = tuple(Finding("odd", f"remark-of-{side.council}", Severity.WARNING) for side in made.sides)
    name = f"file-of-{SUFFOLK}-and-file-of-{NORFOLK}"
    facts: dict[str, tuple[Any, ...]] = {
        "both answered": (answer(ours), answer(theirs)),
        "both held in part": (answer(ours), answer(theirs), answer(ours, known=False), answer(theirs, known=False)),
        "ours and a held part of theirs": (answer(ours), answer(theirs, known=False)),
        "theirs and a held part of ours": (answer(theirs), answer(ours, known=False)),
        "despatches of both": (
            a_despatch(advised(ours.line, 1), advised(theirs.line, 1), number="D-1", deliver_to="HUB"),
            a_despatch(advised(theirs.line, 1), number="D-2", deliver_to="NOWHERE"),
        ),
        "invoices of both": tuple(
            an_invoice(
                an_invoiced_line(side.line, order_number=side.order.order_number), number=number, buyer=ACCOUNTS[side.council]
            )
            for number, side in (("INV-1", ours), ("INV-2", theirs))
        ),
    }
    for body, read in facts.items():
        rig.means(body.encode(), *read, findings=remarks)
        await made.receives(name, body.encode())
    canonical = [{"line_key": side.line.line_key, "isbn": side.line.isbn, "quantity": 1} for side in made.sides]
    form = {"despatch_number": "D-9", "deliver_to": {"code": "HUB"}, "parcels": [{"parcel_id": "P", "lines": canonical}]}
    await made.receives(name, httpx.Request("POST", "http://x", json=form).content, CANONICAL_DESPATCH)
    await rig.advance(10_000)
    await rig.read_all()
    return made


async def shared_messages(two: Two) -> list[Message]:
    return [message for message in await two.rig.messages() if not message.reference]


@pytest.mark.parametrize("place", [0, 1], ids=["suffolk", "norfolk"])
async def test_no_route_shows_one_council_a_word_of_the_other(two: Two, place: int) -> None:
    """Asks every route of the exchange about every message, with every filter, and reads the answers."""
    me, other = two.sides[place], two.sides[1 - place]
    found = await two.rig.messages()
    assert len(found) == 9
    seen = ""
    for method, path, query in calls(two.app, found):
        body = None if method == "get" else REASON
        answered = await two.client.request(method, path, headers=two.headers(me.council), params=query, json=body)
        assert answered.status_code < 500
        text = readable(answered)
        assert [word for word in other.words if word in text] == [], f"{method} {path}: {text}"
        seen += text
    assert me.order.order_number in seen
    assert me.line.line_key in seen


def calls(app: FastAPI, found: list[Message]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every route of the exchange, for each of the messages where it is about one; lists in pages of one."""
    values = {
        "supplier_id": "scripted",
        "mapping_id": str(uuid4()),
        "reconciliation_id": str(uuid4()),
        "dead_letter_id": str(uuid4()),
    }
    values |= {"withdrawal_id": str(uuid4())}
    values |= {"record": "1"}
    for route, methods in app.openapi()["paths"].items():
        paths = {route.format(message_id=message.id, **values) for message in found}
        for method, operation in methods.items():
            paged = "limit" in [one["name"] for one in operation.get("parameters", ())]
            yield from ((method, path, {"limit": "1"} if paged else {}) for path in paths)


def readable(answered: httpx.Response) -> str:
    """The answer with its cursor as plain text."""
    text = answered.text
    if answered.headers.get("content-type") == "application/json" and isinstance(answered.json(), dict):
        cursor = answered.json().get("next_cursor") or ""
        text += base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    return text


@pytest.mark.parametrize("place", [0, 1], ids=["suffolk", "norfolk"])
async def test_no_filter_finds_a_message_by_a_word_of_the_other_council(two: Two, place: int) -> None:
    me, other = two.sides[place], two.sides[1 - place]

    async def count(side: Side, name: str, value: str) -> int:
        answered = await two.client.get("/v1/messages", headers=two.headers(me.council), params={name: value})
        assert answered.status_code == 200, answered.text
        return len(answered.json()["items"])

    for side, finds in ((me, True), (other, False)):
        by = {"order_id": str(side.order.order_id), "order_number": side.order.order_number, "line_key": side.line.line_key}
        for name, value in by.items():
            assert bool(await count(side, name, value)) is finds, name
    assert await count(other, "reason_contains", other.unknown) == 0
    assert await count(other, "name_contains", f"file-of-{other.council}") == 0


async def test_what_is_left_out_says_so_and_staff_see_everything(two: Two) -> None:
    ours, theirs = two.sides
    (both,) = [
        message
        for message in await shared_messages(two)
        if message.state is State.PARTLY_APPLIED
        and len(message.councils) == 2
        and len(message.order_ids) == 2
        and message.kind.value == "response"
    ]
    path = f"/v1/messages/{both.id}"

    part = (await two.client.get(path, headers=two.headers(SUFFOLK))).json()
    whole = (await two.client.get(path, headers=two.headers(None))).json()

    assert (part["order_ids"], part["line_keys"]) == ([str(ours.order.order_id)], [ours.line.line_key])
    assert (part["reason"], part["findings"], part["name"]) == (HIDDEN, [], "")
    assert part["history"][-1]["reason"] == HIDDEN
    assert set(whole["line_keys"]) == {ours.line.line_key, theirs.line.line_key}
    assert theirs.order.order_number in whole["reason"]
    assert len(whole["findings"]) == 2
    for below in ("raw", "tree"):
        assert (await two.client.get(f"{path}/{below}", headers=two.headers(SUFFOLK))).status_code == 403
        assert (await two.client.get(f"{path}/{below}", headers=two.headers(None))).status_code == 200


async def test_a_message_with_a_held_part_of_another_council_is_no_longer_one_councils_own(two: Two) -> None:
    (partly,) = [message for message in await shared_messages(two) if set(message.councils) == {"*", SUFFOLK}]
    for council, status in ((SUFFOLK, 403), (NORFOLK, 404), (None, 200)):
        answered = await two.client.get(f"/v1/messages/{partly.id}/raw", headers=two.headers(council))
        assert answered.status_code == status
