"""Placing orders: a group of them in one transaction, each with its answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import outgoing
from services.orders.domain.asked import AskedOrder
from services.orders.domain.contracts import Late, Sourcing, late_lines
from services.orders.domain.placing import NOTHING_QUOTED, PlacedOrder, QuotedLines, faults_of, place, sourcing_faults
from services.orders.domain.register import Register
from services.orders.domain.routes import ChoosePlace, as_asked, unreachable, with_places
from services.orders.domain.rush import RushCode, untold_rush
from services.orders.domain.twice import OpenTitles, OrderWarning
from services.orders.outgoing.spend import order_committed
from services.orders.store import placing as placing_store
from services.orders.store.placing import KnownOrder, NewOrder
from services.orders.store.register import registers_on
from services.orders.store.routes import offered_routes
from services.orders.store.suppliers import not_taking_rush
from services.orders.usecases.contracts import contracts_on
from services.orders.usecases.routes import places_on
from shared.bus import Cause, set_cause, to_envelope
from shared.clock import Clock
from shared.errors import DomainError, Fault, Kind, key_reused, validation_faults
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import RecordTooLarge, append, check_size
from shared.sourcing.routes import Offered
from shared.sourcing.rules import Strand
from shared.sourcing.store import rules_on
from shared.wording import counted
from shared.works.store import works_of_editions


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """A council's request to order, well-formed but not yet checked against branches and sourcing rules."""

    council: str
    idempotency_key: str
    asked: AskedOrder
    cause: Cause
    quoted: QuotedLines = NOTHING_QUOTED


@dataclass(frozen=True, slots=True)
class _Ready:
    """An order that can be placed, with its events."""

    new: NewOrder
    events: tuple[Envelope, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """The answer to a placed order: `order` if it was placed now, else only the id of the one placed before."""

    order_id: UUID
    order: PlacedOrder | None
    warnings: tuple[OrderWarning, ...] = ()


async def place_orders(connection: AsyncConnection, commands: Sequence[PlaceOrder], clock: Clock) -> list[Placed | Exception]:
    """Places a group of orders in one transaction; answers each with its order or its refusal.

    The trade's rule on a repeated order number holds: same content returns the first answer, other content is refused.
    """
    terms = await _terms_of(connection, commands, clock.today())
    checked = [_announced(command, _check(command, terms[command.council], clock), clock) for command in commands]
    checked = await _with_warnings(connection, commands, checked, terms)
    new = [ready.new for ready in checked if isinstance(ready, _Ready)]
    written = await placing_store.insert_orders(connection, new)
    known = await known_orders(connection, [one for one, ready in zip(commands, checked, strict=True) if not _is(written, ready)])
    envelopes: list[Envelope] = []
    answers: list[Placed | Exception] = []
    for command, ready in zip(commands, checked, strict=True):
        if isinstance(ready, DomainError):
            answers.append(_refused_or_repeated(command, known, ready))
        elif _is(written, ready):
            envelopes += ready.events
            answers.append(Placed(ready.new.order.order_id, ready.new.order, ready.new.warnings))
        else:
            answers.append(repetition(command, known))
    await append(connection, envelopes)
    return answers


async def _with_warnings(
    connection: AsyncConnection,
    commands: Sequence[PlaceOrder],
    checked: Sequence[_Ready | DomainError],
    terms: Mapping[str, _Terms],
) -> list[_Ready | DomainError]:
    """Adds to each order what else is open of its titles: in the book, and in the orders before it in the group; what may come
    after a contract has ended; and who is not told of its rush.
    """
    placed = [ready.new.order for ready in checked if isinstance(ready, _Ready)]
    still_open = await open_titles(connection, {(order.council, line.isbn) for order in placed for line in order.lines})
    not_taking = await not_taking_rush(connection) if any(order.rush for order in placed) else {}
    warned: list[_Ready | DomainError] = []
    for command, ready in zip(commands, checked, strict=True):
        if isinstance(ready, _Ready):
            order, contracts = ready.new.order, terms[command.council].sourcing.contracts
            late = (_warning(each) for each in late_lines(command.asked, order, contracts))
            warnings = (*still_open.warnings_about(command.asked, order), *late, *_rush_warnings(order, not_taking))
            still_open.add(order)
            ready = replace(ready, new=replace(ready.new, warnings=warnings))
        warned.append(ready)
    return warned


async def open_titles(connection: AsyncConnection, titles: Collection[tuple[str, str]]) -> OpenTitles:
    """Returns what the book has open of these titles, pairs of council and ISBN, and of their other editions."""
    works = await works_of_editions(connection, {isbn for _, isbn in titles})
    editions: defaultdict[str, list[str]] = defaultdict(list)
    for isbn, work in works.items():
        editions[work].append(isbn)
    wanted = {(council, each) for council, isbn in titles for each in editions.get(works.get(isbn, ""), [isbn])}
    return OpenTitles(await placing_store.open_copies(connection, wanted), works)


def _warning(late: Late) -> OrderWarning:
    return OrderWarning(pointer=f"/lines/{late.line}", code=late.code, detail=late.detail)


def _rush_warnings(order: PlacedOrder, not_taking: Mapping[str, str]) -> tuple[OrderWarning, ...]:
    detail = untold_rush(order, not_taking)
    return (OrderWarning(pointer="/rush", code=RushCode.NOT_TOLD, detail=detail),) if detail else ()


def _is(written: Collection[UUID], ready: _Ready | DomainError) -> bool:
    return isinstance(ready, _Ready) and ready.new.order.order_id in written


def _refused_or_repeated(command: PlaceOrder, known: Sequence[KnownOrder], refusal: DomainError) -> Placed | DomainError:
    """Returns the first answer to an order that was placed before and would be refused today: its branch closed since, say."""
    first = repetition(command, known)
    return first if isinstance(first, Placed) else refusal


async def known_orders(connection: AsyncConnection, commands: Sequence[PlaceOrder]) -> list[KnownOrder]:
    """Returns orders in the book that have the number or the idempotency key of one of the requests."""
    numbers = [(command.council, command.asked.order_number) for command in commands]
    keys = [(command.council, command.idempotency_key) for command in commands]
    return await placing_store.known_orders(connection, numbers=numbers, keys=keys)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a council's orders of a day go by: its register, the choice of suppliers, and of places if it has such rules.

    `offered`: the routes that suppliers state, by supplier; empty where no order names places of delivery.
    """

    register: Register
    sourcing: Sourcing
    place_for: ChoosePlace | None
    offered: Mapping[str, Offered]


async def _terms_of(connection: AsyncConnection, commands: Sequence[PlaceOrder], on: date) -> dict[str, _Terms]:
    councils = {command.council for command in commands}
    registers = await registers_on(connection, councils, on)
    places = await places_on(connection, councils, on)
    contracts = await contracts_on(connection, councils, on)
    offered = await offered_routes(connection) if any(command.asked.names_places for command in commands) else {}
    terms: dict[str, _Terms] = {}
    for council in councils:
        rules = await rules_on(connection, council, Strand.ORDERING, on)
        sourcing = Sourcing.by(rules, contracts[council], council)
        terms[council] = _Terms(registers[council], sourcing, places.get(council), offered)
    return terms


def _check(command: PlaceOrder, terms: _Terms, clock: Clock) -> NewOrder | DomainError:
    asked, sourcing = command.asked, terms.sourcing
    faults = faults_of(asked.model_dump(mode="json"), terms.register)
    faults = faults or sourcing_faults(asked, sourcing.choose, sourcing.over)
    faults = faults or unreachable(asked, terms.register, sourcing.choose, terms.offered)
    if faults:
        return refused_order(faults)
    order = place(
        asked,
        council=command.council,
        at=clock.now(),
        branches=terms.register.branches,
        choose=sourcing.choose,
        quoted=command.quoted,
    )
    order = order if terms.place_for is None else with_places(order, terms.place_for)
    order = as_asked(order, terms.register)
    funds = terms.register.funds
    return NewOrder(order, command.idempotency_key, asked.fingerprint(), command.cause.actor, funds=funds)


def _announced(command: PlaceOrder, checked: NewOrder | DomainError, clock: Clock) -> _Ready | DomainError:
    """Returns the order with its events, or a refusal where one is too large for a record and cannot be published."""
    if isinstance(checked, DomainError):
        return checked
    set_cause(command.cause)
    event = to_envelope(outgoing.order_placed(checked.order), clock=clock, version=1)
    try:
        check_size(event)
    except RecordTooLarge as error:
        return refused_order([Fault("/lines", "too-large", f"The order is too large to be passed on: {error}. Split it.")])
    committed = order_committed(checked.order, checked.funds)
    return _Ready(checked, (event, *(to_envelope(each, clock=clock, version=1) for each in committed)))


async def try_order(connection: AsyncConnection, command: PlaceOrder, clock: Clock) -> NewOrder | DomainError:
    """Returns the order that placing would write, or the refusal with all its faults. Writes nothing."""
    terms = await _terms_of(connection, [command], clock.today())
    return _check(command, terms[command.council], clock)


def refused_order(faults: Sequence[Fault]) -> DomainError:
    """Returns the refusal of an order, with every fault in it."""
    detail = f"The order has {counted(len(faults), 'fault')}; nothing was ordered."
    return DomainError("order-refused", detail, Kind.INVALID, faults)


def repetition(command: PlaceOrder, known: Sequence[KnownOrder]) -> Placed | DomainError:
    """Returns the answer to an order whose number or key is used: the first order if the content is the same, else a refusal."""
    council, number, fingerprint = command.council, command.asked.order_number, command.asked.fingerprint()
    same_key = [k for k in known if k.council == council and k.idempotency_key == command.idempotency_key]
    same_number = [k for k in known if k.council == council and k.order_number == number]
    for first in same_key:
        if first.fingerprint != fingerprint:
            return key_reused(f"order {first.order_number!r}")
    for first in same_key + same_number:
        if first.fingerprint == fingerprint:
            return Placed(first.order_id, None)
    fault = Fault("/order_number", "duplicate-order-number", "The number belongs to an order with other content.")
    return DomainError(
        "duplicate-order-number",
        f"Order number {number!r} was used before for an order with other content; give this one a new number.",
        Kind.CONFLICT,
        [fault],
    )


async def refused_form(
    connection: AsyncConnection, council: str, error: ValidationError, *, document: object, clock: Clock
) -> DomainError:
    """Returns the refusal of a malformed order, with its faults of form and all its others: its sender gets them at once."""
    registers = await registers_on(connection, [council], clock.today())
    faults = [*validation_faults(error.errors()), *faults_of(document, registers[council])]
    return refused_order(sorted(faults, key=lambda fault: fault.pointer))
