"""Orders that library systems put into their mailboxes: placed as those of the API are, and answered by event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import ValidationError
from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.domain.asked import AskedOrder
from services.orders.outgoing.asked import placing_done, placing_refused
from services.orders.usecases.placing import Placed, PlaceOrder, place_orders, refused_form
from shared.bus import Cause, cause_of, set_cause, to_envelope
from shared.clock import Clock
from shared.contracts.asked import OrderAsked, PlacingAnswered
from shared.errors import KEY_REUSED, DomainError
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.messaging.outbox import append

_PLACED_WITH_OTHER_CONTENT = (
    "This order of the file was placed before, with other content: the file was read in another way then. "
    "Nothing was ordered now. What is missing goes into a new order with a new number."
)


async def place_asked_orders(
    connection: AsyncConnection, arrived: Sequence[tuple[OrderAsked, Envelope]], *, clock: Clock
) -> None:
    """Places what mailboxes ask for, all in one transaction, and publishes an answer to each: a bad one holds up no other."""
    read = [await _read(connection, event, envelope, clock) for event, envelope in arrived]
    commands = [each for each in read if isinstance(each, PlaceOrder)]
    placed = iter(await place_orders(connection, commands, clock) if commands else ())
    answers: list[Envelope] = []
    for (event, envelope), each in zip(arrived, read, strict=True):
        answer = _answer(event, next(placed) if isinstance(each, PlaceOrder) else each, clock)
        set_cause(_cause(event, envelope))
        answers.append(to_envelope(answer, clock=clock))
    # After the events of the orders, so that whoever reads an answer has heard of its order.
    await append(connection, answers)


async def _read(connection: AsyncConnection, event: OrderAsked, envelope: Envelope, clock: Clock) -> PlaceOrder | DomainError:
    """Returns the order that an event asks for, or the refusal of a malformed one."""
    if event.council is None:
        raise Poison(f"order {event.order_number!r} of mailbox {event.mailbox_id} names no council")
    document = dict(event.document)
    try:
        # As JSON, so that its faults are those of the same document in a request.
        asked = AskedOrder.model_validate_json(to_json(document))
    except ValidationError as error:
        return await refused_form(connection, event.council, error, document=document, clock=clock)
    return PlaceOrder(event.council, f"mailbox:{event.asked_id}", asked, _cause(event, envelope))


def _cause(event: OrderAsked, envelope: Envelope) -> Cause:
    return replace(cause_of(envelope), actor=f"mailbox:{event.mailbox_id}")


def _answer(event: OrderAsked, outcome: Placed | Exception, clock: Clock) -> PlacingAnswered:
    at = clock.now()
    if isinstance(outcome, Placed):
        return placing_done(event, outcome.order_id, repeated=outcome.order is None, at=at)
    if not isinstance(outcome, DomainError):
        raise outcome
    detail = _PLACED_WITH_OTHER_CONTENT if outcome.code == KEY_REUSED else outcome.detail
    return placing_refused(event, outcome, detail=detail, at=at)
