"""The kit and the exchange give every file the same verdict: what production stops never passes the kit."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.delivery.domain.goods import TooManyUnits
from services.delivery.domain.units import units_of_parcels
from services.orders.domain.statuses import LINE_STATUSES
from services.suppliers import consortium, national
from services.suppliers.conformance import Subject, check
from services.suppliers.conformance.assume import assumed_lines, lines_of, orders_of
from services.suppliers.contract import (
    AcknowledgementFact,
    Adapter,
    AdvisedLine,
    AdvisedParcel,
    DespatchFact,
    Fact,
    InvoiceFact,
    Kind,
    LineAnswer,
    OrderToSend,
    RawMessage,
    Reading,
    ResponseFact,
    SelectionFact,
)
from services.suppliers.domain.known_lines import KnownLine
from services.suppliers.domain.messages import Direction, State
from services.suppliers.domain.reading import read
from services.suppliers.exchange import Exchange, Limits
from services.suppliers.store import lines, messages
from services.suppliers.store.messages import NewMessage
from services.suppliers.usecases import intake
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.invoices import Cost, InvoicedLine, InvoiceReceived
from shared.contracts.registry import EVENTS
from shared.contracts.selections import SelectedLine
from shared.contracts.suppliers import DespatchAdvised, OrderResponded, Quantities, RecordsSupplied
from shared.ids import new_id
from shared.invoicing.document import document_of
from shared.values import isbn13_or_none
from tests.architecture.source import ROOT
from tests.builders import ISBN, a_record
from tests.fixtures.chance import Chance
from tests.fixtures.scripted_supplier import ScriptedSupplier

THIRD = ROOT / "docs/examples/third_supplier"
FOLDERS = (
    ROOT / "tests/unit/services/suppliers/national/files",
    ROOT / "tests/unit/services/suppliers/consortium/samples",
    ROOT / "tests/unit/shared/formats/editeur/files",
    THIRD / "samples/good",
    THIRD / "samples/bad",
)
STOPPED = frozenset({State.QUARANTINED, State.PARTLY_APPLIED})
KEY = "SB-7K2M0000000000AA"
# What suppliers' programs write where something else belongs.
_JUNK = (
    b"", b"0", b"-1", b"99999999999", b"gbp", b"\\u0000", b"\\ud800", b"\x00", b"'", b'"', b"9780141439519", b"null", b"\xff",
)  # fmt: skip


@pytest.fixture(scope="module")
def subjects() -> Iterator[list[Subject]]:
    """Every adapter there is, with assumed orders; the third one also with its orders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(THIRD))

        third: Adapter = import_module("quillfeather").adapter((THIRD / "profile.json").read_text(), None)
        orders = orders_of((THIRD / "orders.json").read_text(), third.profile.supplier_id)
        albion = (ROOT / "services/suppliers/national/profiles/albion.json").read_text()
        hub = (ROOT / "docs/examples/profiles/consortium.json").read_text()
        yield [
            Subject(national.adapter(albion, None), "national"),
            Subject(consortium.adapter(hub, None), "consortium"),
            Subject(third, "quillfeather"),
            Subject(third, "quillfeather", orders),
        ]


@dataclass(frozen=True, slots=True)
class Production:
    """The exchange, which keeps nothing of what it is tried with."""

    engine: AsyncEngine
    clock: ManualClock

    async def stops(self, subject: Subject, raw: RawMessage) -> tuple[State, list[str]]:
        """Returns the state in which the exchange leaves a file, and why another service would stop what it published."""
        exchange = Exchange(subject.adapter, self.clock, Limits(match=0))
        async with self.engine.connect() as connection:
            try:
                return await self._stops(connection, exchange, subject, raw)
            except (ValueError, DBAPIError) as error:
                # As the reader does with what it cannot apply.
                return State.QUARANTINED, [repr(error)]
            finally:
                await connection.rollback()

    async def _stops(
        self, connection: AsyncConnection, exchange: Exchange, subject: Subject, raw: RawMessage
    ) -> tuple[State, list[str]]:
        message = await intake.keep_inbound(connection, exchange, raw)
        assert message is not None
        reading = read(exchange.adapter, raw, self.clock.now().date())
        known = assumed_lines(reading.facts, subject.profile) if subject.orders is None else lines_of(subject.orders)
        await self._know(connection, known, reading)
        ended = (await intake.apply(connection, exchange, message, reading)).message
        return ended.state, [reason for event in await _published(connection) for reason in _stopped_by_others(event)]

    async def _know(self, connection: AsyncConnection, known: Sequence[KnownLine], reading: Reading) -> None:
        for line in known:
            placed_at = datetime(2026, 3, 2, tzinfo=UTC)
            order = OrderToSend(line.council, str(line.order_id), line.order_number, placed_at, (line.ordered,))
            await lines.add_lines(connection, {new_id(): order})
        for reference in {fact.reference for fact in reading.facts if isinstance(fact, AcknowledgementFact)}:
            sent = NewMessage(Direction.OUT, Kind.ORDER, State.SENT, b"", reference=reference)
            await messages.keep(connection, sent, now=self.clock.now())


async def _published(connection: AsyncConnection) -> list[Event]:
    by_type = {event.event_type: event for event in EVENTS}
    found = await connection.execute(text("SELECT type, data FROM outbox ORDER BY seq"))
    return [by_type[row.type].model_validate_json(row.data) for row in found]


def _stopped_by_others(event: Event) -> Iterator[str]:
    """Yields why the catalogue, delivery or the order book would not take an event, by their own rules."""
    match event:
        case RecordsSupplied():
            yield from (
                f"the catalogue: {record.isbn!r} is no ISBN" for record in event.records if not isbn13_or_none(record.isbn)
            )
        case DespatchAdvised():
            try:
                units_of_parcels(event.parcels)
            except TooManyUnits as error:
                yield f"delivery: {error.detail}"
        case OrderResponded():
            yield from (f"unknown status {line.status_code}" for line in event.lines if _is_unknown(line.status_code))
        case InvoiceReceived():
            yield from document_of(event).doubts
        case _:
            pass


def _is_unknown(status: str | None) -> bool:
    return bool(status) and status not in LINE_STATUSES


@pytest.fixture
def production(engine: AsyncEngine, clock: ManualClock) -> Production:
    return Production(engine, clock)


@pytest.mark.slow
async def test_every_sample_file_ends_as_the_kit_says_with_every_adapter(
    production: Production, subjects: Sequence[Subject]
) -> None:
    files = [path for folder in FOLDERS for path in sorted(folder.iterdir()) if path.is_file()]
    passed = 0
    for subject in subjects:
        for path in files:
            raw = RawMessage(path.name, path.read_bytes())
            passed += await _agrees(production, replace(subject, received=production.clock.now().date()), raw)
    assert len(files) > 50
    assert passed > 20


async def test_no_damaged_file_passes_the_kit_and_stops_in_production(
    production: Production, subjects: Sequence[Subject], chance: Chance
) -> None:
    dice = random.Random(chance.seed)
    files = [path for folder in FOLDERS for path in sorted(folder.iterdir()) if path.is_file()]
    for _ in range(chance.kills(quick=80, deep=5_000)):
        subject, body = dice.choice(subjects), dice.choice(files).read_bytes()
        for _ in range(dice.randint(1, 3)):
            body = _damaged(body, dice)
        await _agrees(production, replace(subject, received=production.clock.now().date()), RawMessage("damaged", body))


def _damaged(body: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(body) + 1)
    end = min(len(body), start + dice.choice((0, 1, 1, 2, 3, 8, 40)))
    return body[:start] + dice.choice((*_JUNK, body[start:end] * 2)) + body[end:]


_LINE = InvoicedLine(line_number=1, line_key=KEY, order_number="PO-1", isbn=ISBN, quantity=1, costs=(Cost(list_price=5, net=5),))
_INVOICE = InvoiceFact("I-1", False, None, date(2026, 3, 2), "5099990000013", "GBP", 5, (_LINE,))
_ANSWER = LineAnswer(KEY, "PO-1", ISBN, status_code="100")


def _answered(answer: LineAnswer) -> ResponseFact:
    return ResponseFact("PO-1", "R-1", None, (answer,))


def _advised(*quantities: int) -> DespatchFact:
    lines_of_it = tuple(AdvisedLine(KEY, "PO-1", ISBN, quantity) for quantity in quantities)
    return DespatchFact("D-1", None, None, "IPSW", None, (AdvisedParcel("P-1", lines_of_it),))


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (replace(_INVOICE, currency="gbp"), "currency"),
        (replace(_INVOICE, invoiced_on=None), "no date is stated"),
        (replace(_INVOICE, total=6), "the total is GBP 0.06, but its lines add up to GBP 0.05"),
        (replace(_INVOICE, lines=(_LINE.model_copy(update={"line_key": None, "order_number": None}),)), "no line ordered"),
        (replace(_INVOICE, lines=(_LINE.model_copy(update={"quantity": 2}),)), "with amounts for 1"),
        (replace(_INVOICE, lines=(_LINE.model_copy(update={"quantity": 3 * 10**9}),)), "charges 3000000000 copies"),
        (replace(_INVOICE, lines=(_LINE.model_copy(update={"title": "x" * 900_000}),)), "too large for one event"),
        (replace(_INVOICE, total=10**30), "more than 18 digits"),
        (_answered(replace(_ANSWER, status_code="612")), "status '612' is not in list 12B"),
        (_answered(replace(_ANSWER, note="\ud800")), "no Unicode"),
        (_answered(replace(_ANSWER, note="x" * 900_000)), "too large for one event"),
        (_answered(replace(_ANSWER, quantities=Quantities(accepted=3 * 10**9))), "the quantity 3000000000"),
        (_answered(replace(_ANSWER, quantities=Quantities(cancelled=-1))), "the quantity -1"),
        (_advised(0), "the quantity 0"),
        (_advised(10_000, 1), "advises 10001 copies, at most 10000"),
        (a_record("9780141439519", "Emma"), "wrong check digit"),
        (a_record(ISBN, "x" * 900_000), "too large for one event"),
        (SelectionFact("S-1", "5099990000013", True, (SelectedLine(reference="Q1", isbn="97801", quantity=1),)), "could not be"),
        (AcknowledgementFact(10**19, True), "more than 18 digits"),
    ],
)
async def test_each_content_that_some_service_stops_fails_the_kit_for_its_reason(
    production: Production, fact: Fact, reason: str
) -> None:
    supplier = ScriptedSupplier()
    supplier.readings[b"x"] = Reading(Kind.UNKNOWN, (fact,))
    subject, raw = Subject(supplier, "scripted", received=production.clock.now().date()), RawMessage("any", b"x")

    assert not await _agrees(production, subject, raw)

    (file,) = check(subject, [raw]).files
    said = [file.reason, *(finding.text for finding in file.findings)]
    assert any(reason in one for one in said), said


async def _agrees(production: Production, subject: Subject, raw: RawMessage) -> bool:
    """Returns whether a file passes the kit; fails where production stops what passes, or the kit names another state."""
    state, others = await production.stops(subject, raw)
    report = check(subject, [raw])
    (file,) = report.files
    assert json.loads(report.model_dump_json()), "the report can be printed"
    here = (subject.adapter_name, raw.name, raw.body, state, others, file.end_state, file.reason)
    assert not (file.passed and (state in STOPPED or others)), here
    if not any(finding.code.startswith("adapter-") for finding in file.findings):
        assert file.end_state == state, here
    return file.passed
