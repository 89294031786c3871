"""Builds the ordered lines that a file is checked against: from a file of orders, or assumed from the file's own facts. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import TypeAdapter

from services.suppliers.contract import (
    AcknowledgementFact,
    DespatchFact,
    Fact,
    InvoiceFact,
    OpenLinesFact,
    OrderToSend,
    ResponseFact,
    SupplierProfile,
)
from services.suppliers.domain.buyers import council_of
from services.suppliers.domain.known_lines import KnownLine, KnownLines, SentMessage
from services.suppliers.domain.messages import State
from services.suppliers.domain.plan import Branches
from shared.contracts.base import Place
from shared.contracts.orders import OrderedCopy, OrderedLine, OrderPlaced
from shared.values import isbn13_or_text

_ORDERS = TypeAdapter(list[OrderPlaced])
_PLACED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Named:
    """Our references by which a fact names a line, and the buyer that it names, if any."""

    line_key: str | None
    order_number: str | None
    isbn: str
    buyer: str = ""


def orders_of(text: str, supplier_id: str) -> list[OrderToSend]:
    """Returns the supplier's part of orders given as the data of `orders.order.placed.v1`: one object, or an array of them.

    Raises ValueError where the text is something else, or where no line has the supplier's id.
    """
    found = json.loads(text)
    orders = _ORDERS.validate_python(found if isinstance(found, list) else [found])
    mine = [
        OrderToSend(order.council or "", str(order.order_id), order.order_number, order.placed_at, lines, rush=order.rush)
        for order in orders
        if (lines := tuple(line for line in order.lines if line.supplier_id == supplier_id))
    ]
    if not mine:
        raise ValueError(f"no order has a line with supplier_id {supplier_id!r}")
    return mine


def lines_of(orders: Iterable[OrderToSend]) -> list[KnownLine]:
    """Returns the lines of orders, as known after the orders were sent."""
    return [_line(order.council, order.order_number, line, UUID(order.order_id)) for order in orders for line in order.lines]


def branches_of(lines: Iterable[KnownLine]) -> Branches:
    """Returns by council the branches that its orders name: goods may be redirected among them."""
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for line in lines:
        found[line.council] += [copy.branch for copy in line.ordered.copies]
    return found


def sample_order(profile: SupplierProfile) -> OrderToSend | None:
    """Returns a small order of the first council of the profile; None where the profile has no council."""
    council = min(profile.accounts, default=None)
    if council is None:
        return None
    copies = tuple(
        OrderedCopy(copy_id=uuid5(NAMESPACE_URL, f"sample/{number}"), copy_number=number, branch=Place(code="MAIN"), fund="BOOKS")
        for number in (1, 2)
    )
    line = OrderedLine(
        line_key="SB-SAMPLE0000000001",
        line_number=1,
        supplier_id=profile.supplier_id,
        isbn="9780141439518",
        title="Pride and Prejudice",
        author="Austen, Jane",
        copies=copies,
    )
    return OrderToSend(council, str(uuid5(NAMESPACE_URL, "sample")), "SAMPLE-1", _PLACED_AT, (line,))


def known_from(ordered: Sequence[KnownLine], facts: Sequence[Fact]) -> KnownLines:
    """Returns the ordered lines with every message of ours that a fact acknowledges, assumed to be sent."""
    return KnownLines(ordered, _sent(facts))


def assumed_lines(facts: Sequence[Fact], profile: SupplierProfile) -> list[KnownLine]:
    """Returns every line that the facts name by a reference of ours, as if ordered for every branch that goods go to."""
    branches = _branches(facts, profile)
    keyed: dict[str, KnownLine] = {}
    others: dict[tuple[str, str], KnownLine] = {}
    for named in sorted(_named(facts), key=lambda named: (named.line_key is None, not named.isbn)):
        number = named.order_number or ""
        council = council_of(named.buyer, profile.accounts) or min(profile.accounts, default="")
        if named.line_key is not None:
            # The first order number given with a line key is assumed right; a second contradicts it, as in production.
            keyed.setdefault(named.line_key, _assumed(council, named, branches))
        elif number and not any(
            line.order_number == number and line.ordered.isbn == isbn13_or_text(named.isbn) for line in keyed.values()
        ):
            others.setdefault((number, isbn13_or_text(named.isbn)), _assumed(council, named, branches))
    return [*keyed.values(), *others.values()]


def _sent(facts: Iterable[Fact]) -> Iterator[SentMessage]:
    for fact in facts:
        if isinstance(fact, AcknowledgementFact):
            yield SentMessage(uuid5(NAMESPACE_URL, str(fact.reference)), fact.reference, State.SENT)


def _named(facts: Iterable[Fact]) -> Iterator[_Named]:
    for fact in facts:
        match fact:
            case ResponseFact():
                yield from _named_by_response(fact)
            case DespatchFact():
                for parcel in fact.parcels:
                    yield from (_Named(line.line_key, line.order_number, line.isbn) for line in parcel.lines)
            case InvoiceFact() | OpenLinesFact():
                yield from (_Named(line.line_key, line.order_number, line.isbn, buyer=fact.buyer) for line in fact.lines)
            case _:
                pass


def _named_by_response(fact: ResponseFact) -> Iterator[_Named]:
    if fact.account_stopped and not fact.lines and fact.order_number:
        yield _Named(None, fact.order_number, "")
    for line in fact.lines:
        yield _Named(line.line_key, line.order_number or fact.order_number, line.isbn)


def _branches(facts: Iterable[Fact], profile: SupplierProfile) -> tuple[Place, ...]:
    named = {fact.deliver_to for fact in facts if isinstance(fact, DespatchFact)}
    places = sorted(named - {"", profile.hub_code, profile.hub_gln})
    return tuple(Place(code=place, gln=place if place.isdigit() else None) for place in places) or (Place(code="MAIN"),)


def _assumed(council: str, named: _Named, branches: Sequence[Place]) -> KnownLine:
    key = named.line_key or f"ASSUMED-{named.order_number}-{named.isbn}"
    copies = tuple(
        OrderedCopy(copy_id=uuid5(NAMESPACE_URL, f"{key}/{number}"), copy_number=number, branch=branch, fund="")
        for number, branch in enumerate(branches, 1)
    )
    line = OrderedLine(line_key=key, line_number=1, supplier_id="", isbn=isbn13_or_text(named.isbn), copies=copies)
    number = named.order_number or ""
    return _line(council, number, line, uuid5(NAMESPACE_URL, number or key))


def _line(council: str, order_number: str, line: OrderedLine, order_id: UUID) -> KnownLine:
    return KnownLine(
        line_key=line.line_key,
        order_id=order_id,
        order_number=order_number,
        council=council,
        supplier_reference="",
        message_id=order_id,
        ordered=line,
    )
