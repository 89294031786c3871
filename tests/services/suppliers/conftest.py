"""One supplier's exchange on a database of its own, with a scripted supplier behind it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from services.suppliers.app import PACKAGE, create_app
from services.suppliers.contract import (
    AcknowledgementFact,
    AdvisedLine,
    AdvisedParcel,
    DespatchFact,
    Fact,
    InvoiceFact,
    Kind,
    LineAnswer,
    OpenLinesFact,
    RawMessage,
    Reading,
    ResponseFact,
    SelectionFact,
)
from services.suppliers.domain.messages import Message, State
from services.suppliers.exchange import Exchange
from services.suppliers.incoming import handlers
from services.suppliers.loops.mailbox import Mailbox
from services.suppliers.loops.reader import Reader
from services.suppliers.loops.sender import Sender
from services.suppliers.settings import SuppliersSettings
from services.suppliers.store import messages
from services.suppliers.store.messages import Filter
from services.suppliers.usecases import intake
from shared.clock import ManualClock
from shared.contracts.base import Event
from shared.contracts.catalogue import RecordRequested
from shared.contracts.invoices import InvoicedLine
from shared.contracts.orders import CancellationRequested, CancelledLine, OrderedLine, OrderPlaced
from shared.contracts.suppliers import CopyReference, RecordsSupplied
from shared.records import Record
from tests.builders import an_order_placed, an_ordered_line
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.fixtures.tokens import Tokens
from tests.services.hearing import Hearing
from tests.services.serving import Kept, api_settings, calling, keyed

SUPPLIER = "scripted"

_KINDS: Mapping[type[Fact], Kind] = {
    DespatchFact: Kind.DESPATCH,
    InvoiceFact: Kind.INVOICE,
    SelectionFact: Kind.SELECTION,
    AcknowledgementFact: Kind.ACKNOWLEDGEMENT,
    OpenLinesFact: Kind.OPEN_LINES,
}


@dataclass
class Rig:
    """The exchange as a test drives it: turn by turn, with a clock that the test moves."""

    engine: AsyncEngine
    supplier: ScriptedSupplier
    clock: ManualClock
    exchange: Exchange
    hearing: Hearing
    sender: Sender
    reader: Reader
    mailbox: Mailbox

    async def hears(self, *events: Event) -> None:
        await self.hearing.hears(*events)

    async def published(self, event: type[Event] | None = None) -> list[Event]:
        return [fact for fact in await self.hearing.sent() if event is None or isinstance(fact, event)]

    async def send_all(self) -> None:
        while await self.sender.turn():
            pass

    async def read_all(self) -> None:
        while await self.reader.turn():
            pass

    async def receives(self, *bodies: bytes, push_id: str | None = None) -> None:
        """Keeps inbound bytes and reads every message that waits."""
        for body in bodies:
            async with self.engine.begin() as connection:
                await intake.keep_inbound(connection, self.exchange, RawMessage("inbound", body), push_id=push_id)
        await self.read_all()

    def means(self, body: bytes, *facts: Fact, **reading: object) -> bytes:
        """Makes the supplier's reader return these facts for `body`; returns `body`."""
        kind = next((_KINDS[type(fact)] for fact in facts if type(fact) in _KINDS), Kind.RESPONSE)
        self.supplier.readings[body] = Reading(kind, facts, **reading)  # type: ignore[arg-type]
        return body

    async def messages(self, **narrowed: object) -> list[Message]:
        """Kept messages, oldest first."""
        async with self.engine.connect() as connection:
            found = await messages.page(connection, Filter(**narrowed), after=None, limit=200)  # type: ignore[arg-type]
        return found[::-1]

    async def states(self, **narrowed: object) -> list[State]:
        return [message.state for message in await self.messages(**narrowed)]

    async def advance(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def restart(self) -> None:
        """Replaces the process by a new one: everything in memory is lost."""
        self.sender = Sender(self.engine, self.exchange, self.supplier)
        self.reader = Reader(self.engine, self.exchange)
        self.mailbox = Mailbox(self.engine, self.exchange, self.supplier)


def a_line(isbn: str = "9780141439518", branches: Sequence[str] = ("IPSW",), *, number: int = 1) -> OrderedLine:
    return an_ordered_line(isbn, branches, supplier=SUPPLIER, number=number)


def an_order(*lines: OrderedLine, number: str = "PO-1", council: str = "GB-SFK") -> OrderPlaced:
    return an_order_placed(*(lines or (a_line(),)), number=number, council=council)


def a_cancellation(order: OrderPlaced, line_key: str, *copies: int) -> CancellationRequested:
    """A request to cancel copies of a line, each given by its position in the line."""
    (line,) = [line for line in order.lines if line.line_key == line_key]
    wanted = tuple(line.copies[index].copy_id for index in copies)
    return CancellationRequested(
        council=order.council,
        order_id=order.order_id,
        order_number=order.order_number,
        requested_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
        reason="bought twice",
        lines=(CancelledLine(line_key=line_key, supplier_id=line.supplier_id, copy_ids=wanted),),
    )


def a_record_request(isbn: str, *, day: int = 2) -> RecordRequested:
    """Return a request for a title's record, made in the morning of a day of March 2026."""
    return RecordRequested(isbn=isbn, supplier_id="scripted", requested_at=datetime(2026, 3, day, 10, tzinfo=UTC))


def a_response(*answers: LineAnswer, order_number: str | None = None, reference: str = "") -> ResponseFact:
    return ResponseFact(order_number=order_number, supplier_reference=reference, responded_at=None, lines=answers)


def an_acceptance(line: OrderedLine) -> LineAnswer:
    return LineAnswer(line.line_key, None, line.isbn, status_code="100")


def a_despatch(
    *lines: AdvisedLine, number: str = "D-1", deliver_to: str = "IPSW", parcel: str = "350123450000000014"
) -> DespatchFact:
    return DespatchFact(number, None, None, deliver_to, None, (AdvisedParcel(parcel, lines),))


def an_invoice(*lines: InvoicedLine, number: str = "INV-1", buyer: str = "5099990000013", total: int = 1199) -> InvoiceFact:
    return InvoiceFact(number, False, None, date(2026, 3, 2), buyer, "GBP", total, lines)


def an_invoiced_line(
    line: OrderedLine, *, line_key: str | None = None, order_number: str | None = "PO-1", number: int = 1
) -> InvoicedLine:
    """A charge for one copy, named by order number and ISBN unless a line key is given."""
    return InvoicedLine(line_number=number, line_key=line_key, order_number=order_number, isbn=line.isbn, quantity=1)


def advised(line: OrderedLine, *copies: int, quantity: int | None = None) -> AdvisedLine:
    """Copies of a line by number, or only how many."""
    named = tuple(CopyReference(copy_number=number) for number in copies)
    return AdvisedLine(line.line_key, None, line.isbn, quantity or len(named) or 1, named)


@pytest.fixture
def supplier() -> ScriptedSupplier:
    return ScriptedSupplier()


@pytest.fixture
async def engine(database_from: Callable[[str], str], kept: Kept) -> AsyncIterator[AsyncEngine]:
    async with kept.engine(SecretStr(database_from(PACKAGE))) as engine:
        yield engine


@pytest.fixture
def rig(engine: AsyncEngine, supplier: ScriptedSupplier, clock: ManualClock) -> Rig:
    exchange = Exchange(supplier, clock)
    return Rig(
        engine,
        supplier,
        clock,
        exchange,
        Hearing(engine, clock, handlers(exchange)),
        Sender(engine, exchange, supplier),
        Reader(engine, exchange),
        Mailbox(engine, exchange, supplier),
    )


@pytest.fixture
def app(rig: Rig, supplier: ScriptedSupplier, tokens: Tokens, clock: ManualClock, tmp_path: Path) -> FastAPI:
    """The API role of the exchange on the rig's database."""
    settings = api_settings(
        SuppliersSettings,
        rig.engine.url.render_as_string(hide_password=False),
        tokens,
        supplier_adapter="scripted",
        supplier_profile_file=tmp_path / "none.json",
        supplier_secrets_file=tmp_path / "none.json",
    )
    return create_app(settings, clock, supplier)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app) as client:
        yield keyed(client)


async def decide(
    client: httpx.AsyncClient, message_id: UUID, decision: str, headers: Mapping[str, str], body: Mapping[str, Any]
) -> httpx.Response:
    """Decides about a message as it is now."""
    path = f"/v1/messages/{message_id}"
    tag = (await client.get(path, headers=headers)).headers.get("ETag", '"1"')
    return await client.post(f"{path}/{decision}", headers={**headers, "If-Match": tag}, json=body)


async def records_of(rig: Rig) -> list[Record]:
    """Returns every record published so far, in order."""
    events = [event for event in await rig.published(RecordsSupplied) if isinstance(event, RecordsSupplied)]
    return [record for event in events for record in event.records]
