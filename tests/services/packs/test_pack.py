"""Evidence packs, over all services whose facts they have."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from zipfile import BadZipFile, ZipFile

import httpx
import pytest
from sqlalchemy import text

from services.evidence.app import create_app
from services.evidence.settings import EvidenceSettings
from shared.clock import ManualClock
from shared.contracts.orders import OrderPlaced
from tests.fixtures.tokens import Tokens
from tests.services.orders.conftest import an_order
from tests.services.packs.conftest import House
from tests.services.serving import api_settings, calling
from tests.services.suppliers import conftest as exchange
from tests.services.suppliers.conftest import SUPPLIER

ANSWER, NOTICE, BILL = b"answer\r\n\x00\xff'", b"<notice/>\n", b"bill"


def unpacked(answer: httpx.Response) -> dict[str, bytes]:
    """Returns the files of a pack by name, in their order; every digest of its manifest is right, and none is missing."""
    assert answer.status_code == 200, answer.text
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
        assert {name.partition("/")[0] for name in archive.namelist()} == {"evidence-GB-SFK-scripted-2026-03-02"}
    manifest = [line.split("  ") for line in files["SHA256SUMS"].decode().splitlines()]
    assert [name for _, name in manifest] == list(files)[:-1]
    assert {name: digest for digest, name in manifest} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"
    }
    return files


def lines_of(content: bytes) -> list[dict[str, Any]]:
    """Returns the objects of JSON Lines."""
    return [json.loads(line) for line in content.splitlines()]


async def ordered(house: House) -> OrderPlaced:
    """An order that the supplier has."""
    await house.orders.placed(an_order())
    await house.carry()
    await house.rig.send_all()
    (order,) = [event for event in await house.orders.sent() if isinstance(event, OrderPlaced)]
    return order


async def supplied(house: House) -> OrderPlaced:
    """An order that was answered, despatched, unpacked with one copy missing, and invoiced; the supplier's list agrees."""
    order = await ordered(house)
    first, second = order.lines
    rig = house.rig
    rig.means(ANSWER, exchange.a_response(exchange.an_acceptance(first), exchange.an_acceptance(second)))
    rig.means(NOTICE, exchange.a_despatch(exchange.advised(first, 1, 2)))
    rig.means(BILL, exchange.an_invoice(exchange.an_invoiced_line(first, order_number="SFK-1")))
    await rig.receives(ANSWER, NOTICE, BILL)
    await house.carry()
    (goods,) = (await house.delivery.get("/v1/consignments")).json()["items"]
    scan = {"scans": [{"line_key": first.line_key}], "complete": True}
    path = f"/v1/consignments/{goods['consignment_id']}/receipts"
    assert (await house.delivery.post(path, json=scan, headers={"Idempotency-Key": "unpacked"})).status_code == 201
    await house.carry()
    compared = await house.exchange.post("/v1/reconciliations", json={"lines": [{"line_key": first.line_key, "quantity": 2}]})
    assert compared.status_code == 201, compared.text
    await house.carry()
    return order


async def test_a_pack_has_everything_between_council_and_supplier_and_proves_it(house: House) -> None:
    order = await supplied(house)
    files = unpacked(await house.pack())

    (kept,) = lines_of(files["orders.jsonl"])
    assert kept == await house.orders.read(str(order.order_id))
    assert [entry["to_state"] for entry in kept["timeline"]][:2] == ["ordered", "sent"]
    (invoice,) = lines_of(files["invoices.jsonl"])
    assert (invoice["invoice_number"], invoice["history"] != []) == ("INV-1", True)
    (goods,) = lines_of(files["consignments.jsonl"])
    assert [item["state"] for item in goods["receipts"][0]["items"]] == ["received", "missing"]
    (difference,) = lines_of(files["discrepancies.jsonl"])
    assert (difference["kind"], difference["consignment_id"]) == ("short", goods["consignment_id"])
    (compared,) = lines_of(files["reconciliations.jsonl"])
    outcomes = sorted(line["outcome"] for line in lines_of(files[f"reconciliations/{compared['reconciliation_id']}.jsonl"]))
    assert outcomes == ["agreed", "ours_only"]

    table = list(csv.DictReader(io.StringIO(files["messages.csv"].decode())))
    exchanged = {row["kind"]: files[row["file"]] for row in table}
    assert exchanged == {
        "order": house.rig.supplier.arrivals[0].body,
        "response": ANSWER,
        "despatch": NOTICE,
        "invoice": BILL,
    }
    assert {row["note"] for row in table} == {""}
    listed = {line["message_id"]: line for line in lines_of(files["messages.jsonl"])}
    assert {row["message_id"]: row["sha256_when_kept"] for row in table} == {key: line["digest"] for key, line in listed.items()}
    assert all(line["history"] for line in listed.values() if line["direction"] == "out")

    assert hashlib.sha256(files["statement/statement.csv"]).hexdigest() == json.loads(files["statement/statement.json"])["digest"]
    for owner, shape in (("orders", "OrderView"), ("delivery", "ConsignmentView"), ("exchange", "MessageDetail")):
        assert shape in json.loads(files[f"formats/{owner}.json"])["components"]["schemas"]
    readme = files["README.txt"].decode()
    assert "Scripted Books (in these files: scripted)" in readme
    assert "librarian (the signed-in person or program that asked for it)" in readme
    folders = {name.partition("/")[0] + ("/" if "/" in name else "") for name in files}
    assert [name for name in folders if name not in readme] == []
    assert max(map(len, readme.splitlines())) <= 80


async def test_of_a_message_of_two_councils_a_pack_has_only_what_is_its_own_and_says_so(house: House) -> None:
    order = await ordered(house)
    theirs = exchange.an_order(exchange.a_line("9780306406157"), number="PO-THEIRS", council="GB-NFK")
    await house.rig.hears(theirs)
    both = house.rig.means(
        b"both: PO-THEIRS",
        exchange.a_response(exchange.an_acceptance(order.lines[0])),
        exchange.a_response(exchange.an_acceptance(theirs.lines[0])),
    )
    await house.rig.receives(both)
    files = unpacked(await house.pack())

    (row,) = [row for row in csv.DictReader(io.StringIO(files["messages.csv"].decode())) if row["note"]]
    assert row["note"].startswith("not included: it also concerns other councils")
    assert (row["file"], row["sha256_when_kept"]) == ("", hashlib.sha256(both).hexdigest())
    (line,) = [line for line in lines_of(files["messages.jsonl"]) if line["message_id"] == row["message_id"]]
    assert line["line_keys"] == [order.lines[0].line_key]
    theirs_words = [b"PO-THEIRS", theirs.lines[0].line_key.encode(), str(theirs.order_id).encode(), b"9780306406157", b"GB-NFK"]
    assert [(name, word) for name, content in files.items() for word in theirs_words if word in content] == []


async def test_a_message_that_was_damaged_is_in_the_pack_as_it_is_now_and_noted(house: House) -> None:
    order = await ordered(house)
    forged, cut, good = (
        house.rig.means(body, exchange.a_response(exchange.an_acceptance(order.lines[0])))
        for body in (b"12 copies", b"begin-middle-end", b"as it was")
    )
    await house.rig.receives(forged, cut, good)
    async with house.rig.engine.begin() as connection:
        await connection.execute(text("UPDATE message SET body = '10 copies' WHERE body = '12 copies'"))
        # A large message, as it is kept, which has lost its second part of three.
        parts = "(VALUES (0, 'begin'::bytea), (2, 'end')) AS parts (number, part)"
        of_message = f"SELECT id, number, part FROM message, {parts} WHERE body = 'begin-middle-end'"
        await connection.execute(text(f"INSERT INTO message_part {of_message}"))
        await connection.execute(text("UPDATE message SET body = '', size_of_parts = 16 WHERE body = 'begin-middle-end'"))
    files = unpacked(await house.pack())

    rows = {row["sha256_when_kept"]: row for row in csv.DictReader(io.StringIO(files["messages.csv"].decode()))}
    for kept, now in ((forged, b"10 copies"), (cut, b"beginend"), (good, good)):
        row = rows[hashlib.sha256(kept).hexdigest()]
        assert files[row["file"]] == now
        assert f"{hashlib.sha256(now).hexdigest()}  {row['file']}" in files["SHA256SUMS"].decode().splitlines()
        assert row["note"].startswith("damaged since it was exchanged") == (now != kept)
        answer = await house.exchange.get(f"/v1/messages/{row['message_id']}/raw")
        assert answer.headers["content-length"] == str(len(now)), "a server breaks off an answer that is shorter than it says"
    words = " ".join(files["README.txt"].decode().split())
    assert 'If "note" of messages.csv says "damaged", the bytes that were kept are no longer those that were exchanged' in words
    assert "SHA256SUMS has the digest of what is in this pack" in words


async def test_a_message_that_the_database_cannot_read_is_noted_and_the_pack_is_whole(house: House) -> None:
    order = await ordered(house)
    lost, good = (
        house.rig.means(body, exchange.a_response(exchange.an_acceptance(order.lines[0]))) for body in (b"lost", b"good")
    )
    await house.rig.receives(lost, good)
    async with unreadable(house, lost):
        files = unpacked(await house.pack())

    table = csv.DictReader(io.StringIO(files["messages.csv"].decode()))
    rows = {row["sha256_when_kept"]: row for row in table}
    row = rows[hashlib.sha256(lost).hexdigest()]
    assert (row["file"], row["note"].partition(":")[0]) == ("", "not included")
    assert "the database cannot read its bytes" in row["note"]
    assert not any(row["message_id"] in name for name in files)
    assert files[rows[hashlib.sha256(good).hexdigest()]["file"]] == good
    assert "cannot read any more" in " ".join(files["README.txt"].decode().split())


@asynccontextmanager
async def unreadable(house: House, body: bytes) -> AsyncIterator[None]:
    """Makes the exchange's database report these bytes as it does where its disk has lost them."""
    (message,) = [one for one in await house.rig.messages() if one.digest == hashlib.sha256(body).hexdigest()]
    broken = [
        """CREATE FUNCTION lost_bytes() RETURNS bytea LANGUAGE plpgsql AS $$ BEGIN
           RAISE EXCEPTION 'missing chunk number 0 for toast value 16420' USING ERRCODE = 'data_corrupted'; END $$""",
        "ALTER TABLE message_part RENAME TO readable_part",
        f"""CREATE VIEW message_part AS SELECT * FROM readable_part
            UNION ALL SELECT '{message.id}'::uuid, 0, lost_bytes()""",
    ]
    mended = ["DROP VIEW message_part", "ALTER TABLE readable_part RENAME TO message_part"]
    await _run(house, broken)
    try:
        yield
    finally:
        await _run(house, mended)


async def _run(house: House, statements: Sequence[str]) -> None:
    async with house.rig.engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_lists_of_many_pages_are_whole(house: House) -> None:
    order = await ordered(house)
    bodies = [
        house.rig.means(f"again {n}".encode(), exchange.a_response(exchange.an_acceptance(order.lines[0]))) for n in range(105)
    ]
    await house.rig.receives(*bodies)
    files = unpacked(await house.pack())
    ids = [line["message_id"] for line in lines_of(files["messages.jsonl"])]
    assert (len(ids), len(set(ids))) == (106, 106)
    assert set(bodies) <= set(files.values())


async def test_an_owner_that_is_down_is_reported_before_anything_is_sent(house: House) -> None:
    await ordered(house)
    for way in house.ways.values():
        way.is_down = True
        answer = await house.pack()
        assert (answer.status_code, answer.json()["code"]) == (503, "unreachable")
        way.is_down = False
    assert (await house.pack()).status_code == 200


@pytest.mark.expects_errors
async def test_a_pack_that_breaks_off_has_no_manifest_and_does_not_open(house: House) -> None:
    await ordered(house)
    house.ways["exchange"].breaks_at = "/raw"
    sent = bytearray()
    with pytest.raises(httpx.RemoteProtocolError):
        await _into(sent, house)
    assert b"README.txt" in sent
    assert b"SHA256SUMS" not in sent
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(sent))


async def _into(sent: bytearray, house: House) -> None:
    """Asks for a pack as a server does, which sees what was sent before an error."""
    transport, headers = house.evidence._transport, house.evidence.headers
    assert isinstance(transport, httpx.ASGITransport)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.extend(message.get("body", b""))

    path = f"/v1/departures/{SUPPLIER}/pack"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"authorization", headers["Authorization"].encode())],
        "server": ("service", 80),
        "client": ("127.0.0.1", 1),
    }
    await transport.app(scope, receive, send)


async def test_only_a_caller_whom_every_owner_answers_gets_a_pack(house: House, clock: ManualClock, tokens: Tokens) -> None:
    await ordered(house)
    path = f"/v1/departures/{SUPPLIER}/pack"
    refused = await house.evidence.get(path, headers=tokens.headers("evidence:read", "orders:read"))
    assert (refused.status_code, refused.json()["code"]) == (403, "missing-scope")
    assert "delivery:read" in refused.json()["detail"]
    assert (await house.pack("nobody")).status_code == 404
    url = house.hearers[-1][0].engine.url.render_as_string(hide_password=False)
    settings = api_settings(EvidenceSettings, url, tokens, orders_url="http://127.0.0.1:1", delivery_url="http://127.0.0.1:1")
    async with calling(create_app(settings, clock), house.evidence.headers) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (503, "owner-without-address")
    assert "no address of exchange for the supplier 'scripted'" in answer.json()["detail"]
