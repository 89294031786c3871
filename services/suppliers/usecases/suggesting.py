"""Lists the references in a held message that staff can map, and what each may mean. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.buyers import council_of
from services.suppliers.domain.mapping import Corrections, MappedField, normal
from services.suppliers.domain.messages import Direction, Message, wrong_state
from services.suppliers.domain.suggestions import Suggestion, namings_of, suggest, suggest_among
from services.suppliers.exchange import Exchange
from services.suppliers.store import lines, mappings
from services.suppliers.usecases.rereading import is_file_of_records, reread
from shared.formats.editeur import codes

# A message of very many lines: staff correct its first references, then read it again.
_MOST_REFERENCES = 1_000


@dataclass(frozen=True, slots=True)
class FoundReference:
    """A reference in a message. `known`: whether it is one of ours; None where that is not looked up.

    `mapped_to` is what the mapping in force makes of it; None without one.
    """

    field: MappedField
    theirs: str
    known: bool | None
    mapped_to: str | None = None


async def references_in(
    connection: AsyncConnection, exchange: Exchange, message: Message, council: str | None
) -> Sequence[FoundReference]:
    """Returns the references of a message as the supplier wrote them, those that are not known here first.

    `council`: whose orders count; None for those of all. A file of records has none.
    Raises DomainError: 409 for what we sent, 413 for a message that is too large.
    """
    _check_inbound(message)
    if await is_file_of_records(connection, exchange, message):
        return []
    in_force = await mappings.in_force(connection, message.id)
    # Those of this message alone take precedence, so they come last.
    ours = {(each.field, each.theirs): each.ours for each in sorted(in_force, key=lambda each: each.message_id is not None)}
    corrections = Corrections([])
    corrections.apply((await reread(connection, exchange, message)).facts)
    found: list[FoundReference] = []
    for field in MappedField:
        named = corrections.references(field)[:_MOST_REFERENCES]
        known = await _known(connection, exchange, field, named, council)
        found += [
            FoundReference(field, theirs, None if known is None else theirs in known, ours.get((field, theirs)))
            for theirs in named
        ]
    return sorted(found, key=lambda each: each.known is not False)[:_MOST_REFERENCES]


async def suggestions_for(
    connection: AsyncConnection, exchange: Exchange, message: Message, field: MappedField, theirs: str, council: str | None
) -> Sequence[Suggestion]:
    """Returns what a reference in a message may mean, the best first. Raises DomainError as `references_in` does."""
    _check_inbound(message)
    theirs = normal(field, theirs)
    if field is MappedField.STATUS_CODE:
        return suggest_among(codes.STATUSES, theirs)
    if field is MappedField.BUYER:
        return suggest_among(_councils(exchange, council), theirs)
    namings = namings_of((await reread(connection, exchange, message)).facts, field, theirs)
    nearby = await lines.named_in_part(
        connection,
        line_keys={each.line_key for each in namings if field is not MappedField.LINE_KEY},
        order_numbers={each.order_number for each in namings if field is not MappedField.ORDER_NUMBER},
        isbns={each.isbn for each in namings if field is not MappedField.ISBN},
        council=council,
    )
    return suggest(field, theirs, namings, nearby)


def _check_inbound(message: Message) -> None:
    if message.direction is not Direction.IN:
        raise wrong_state(message, "mapped; only what the supplier sent has references of the supplier")


def _councils(exchange: Exchange, council: str | None) -> Mapping[str, str]:
    served = exchange.profile.accounts
    return {isil: f"its GLN is {account.gln}" for isil, account in served.items() if council in (None, isil)}


async def _known(
    connection: AsyncConnection, exchange: Exchange, field: MappedField, named: Sequence[str], council: str | None
) -> set[str] | None:
    if field is MappedField.BUYER:
        return {theirs for theirs in named if council_of(theirs, exchange.profile.accounts)}
    if field in (MappedField.PLACE, MappedField.STATUS_CODE):
        return None
    return await lines.known_among(connection, field, named, council)
