"""Queries on receipts and discrepancies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, TypeAdapter
from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import ConsignmentState, Discrepancy, DiscrepancyKind, Found, ItemState
from services.delivery.domain.records import MissingRecord
from services.delivery.store.faults import written_faults
from services.delivery.store.tables import consignment, discrepancy, receipt
from shared.contracts import words
from shared.contracts.delivery import ServicingFault
from shared.db.paging import narrowed, newest_first

DiscrepancyNote = Annotated[
    str, Field(description='What was found, in words; "" where the kind says all', examples=["more than advised"])
]

Faults = Annotated[
    tuple[ServicingFault, ...],
    Field(description="What is wrong with the servicing of a copy that was received; empty for nothing"),
]


@dataclass(frozen=True, slots=True)
class ReceivedItem:
    """One item that a receipt changed."""

    item_id: Annotated[UUID, Field(description="Identifies the item of the consignment")]
    copy_id: Annotated[UUID | None, Field(description="The ordered copy that it is; null where it matches none")]
    line_key: Annotated[words.LineKey | None, Field(description="The order line of that copy; null without one")]
    isbn: words.Isbn
    branch: Annotated[words.BranchCode | None, Field(description="Where the copy will be shelved; null without a copy")]
    barcode: Annotated[words.Barcode | None, Field(description="Its barcode; null while none is known")]
    state: Annotated[
        ItemState, Field(description="What the receipt made of it: `received`, `damaged` or `missing`", examples=["received"])
    ]
    servicing: Faults = ()


@dataclass(frozen=True, slots=True)
class ReportedDiscrepancy:
    """One discrepancy that a receipt revealed."""

    discrepancy_id: Annotated[UUID, Field(description="Identifies the discrepancy")]
    kind: Annotated[
        DiscrepancyKind, Field(description="How the goods differ from what was ordered or advised", examples=["surplus"])
    ]
    isbn: Annotated[words.Isbn, Field(description='ISBN-13 or EAN of the goods; "" where only an unknown barcode was scanned')]
    quantity: Annotated[int, Field(description="How many copies or items are concerned", examples=[1])]
    copy_id: Annotated[UUID | None, Field(description="The copy that is concerned; null where the goods match none")]
    barcode: Annotated[words.Barcode | None, Field(description="The barcode of the item; null where none is known")]
    note: DiscrepancyNote
    servicing: Faults = ()


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """The answer to a receipt; the same when the receipt is sent again.

    `records_missing` are the titles received now without a served record. It is empty in answers from before records were known.
    """

    receipt_id: Annotated[UUID, Field(description="Identifies the receipt")]
    consignment_id: Annotated[UUID, Field(description="The consignment that was unpacked")]
    state: Annotated[ConsignmentState, Field(description="The state of the consignment after it")]
    received_at: Annotated[datetime, Field(description="When it was reported")]
    outstanding: Annotated[int, Field(description="Items of the consignment that may still arrive", examples=[3])]
    items: Annotated[tuple[ReceivedItem, ...], Field(description="The items that it changed")]
    discrepancies: Annotated[tuple[ReportedDiscrepancy, ...], Field(description="How the goods differ from the advice")]
    already_counted: Annotated[
        tuple[str, ...], Field(description="Barcodes that were scanned before and count once", examples=[["30123004567890"]])
    ]
    records_missing: Annotated[
        tuple[MissingRecord, ...], Field(description="Titles received by it whose record the catalogue does not serve yet")
    ] = ()


_ANSWER = TypeAdapter(ReceiptAnswer)


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A receipt with its answer; `digest` shows whether another receipt with its key has the same content."""

    idempotency_key: str
    digest: str
    answer: ReceiptAnswer


@dataclass(frozen=True, slots=True)
class DiscrepancyFilter:
    """Which discrepancies a list contains; a field that is None does not narrow it."""

    council: str
    consignment_id: UUID | None = None
    kind: DiscrepancyKind | None = None
    supplier_id: str | None = None


async def find_receipt(connection: AsyncConnection, consignment_id: UUID, key: str) -> StoredReceipt | None:
    """Returns the receipt with this idempotency key."""
    same = (receipt.c.consignment_id == consignment_id, receipt.c.idempotency_key == key)
    query = select(receipt.c.digest, receipt.c.answer).where(*same)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else StoredReceipt(key, row.digest, _ANSWER.validate_python(row.answer))


async def find_answer(connection: AsyncConnection, council: str, consignment_id: UUID, receipt_id: UUID) -> ReceiptAnswer | None:
    """Returns the answer to one receipt of a council's consignment."""
    own = (receipt.c.receipt_id == receipt_id, consignment.c.consignment_id == consignment_id, consignment.c.council == council)
    query = select(receipt.c.answer).join_from(receipt, consignment).where(*own)
    answer = (await connection.execute(query)).scalar_one_or_none()
    return None if answer is None else _ANSWER.validate_python(answer)


async def answers_of(connection: AsyncConnection, consignment_ids: Sequence[UUID]) -> list[ReceiptAnswer]:
    """Returns the answers to all receipts of these consignments, in the order in which they were given."""
    query = select(receipt.c.answer).where(receipt.c.consignment_id.in_(consignment_ids))
    answers = [_ANSWER.validate_python(answer) for answer in (await connection.execute(query)).scalars()]
    return sorted(answers, key=lambda answer: answer.received_at)


async def add_receipt(connection: AsyncConnection, stored: StoredReceipt) -> None:
    """Keeps a receipt and its answer."""
    await connection.execute(
        insert(receipt).values(
            receipt_id=stored.answer.receipt_id,
            consignment_id=stored.answer.consignment_id,
            idempotency_key=stored.idempotency_key,
            digest=stored.digest,
            answer=_ANSWER.dump_python(stored.answer, mode="json"),
        )
    )


async def add_discrepancies(connection: AsyncConnection, found: Sequence[Found]) -> None:
    """Keeps discrepancies."""
    if not found:
        return
    await connection.execute(insert(discrepancy), [_values(fact, fact.discrepancy) for fact in found])


def _values(fact: Found, what: Discrepancy) -> dict[str, object]:
    return {
        "discrepancy_id": fact.discrepancy_id,
        "council": fact.consignment.council,
        "consignment_id": fact.consignment.consignment_id,
        "kind": what.kind,
        "isbn": what.isbn,
        "quantity": what.quantity,
        "copy_id": what.copy.copy_id if what.copy else None,
        "barcode": what.barcode,
        "note": what.note,
        "servicing": written_faults(what.servicing),
        "found_at": fact.found_at,
    }


async def stray_barcodes(connection: AsyncConnection, consignment_id: UUID) -> set[str]:
    """Returns the barcodes that were reported as surplus or wrong in this consignment."""
    query = select(discrepancy.c.barcode).where(
        discrepancy.c.consignment_id == consignment_id,
        discrepancy.c.kind.in_((DiscrepancyKind.SURPLUS, DiscrepancyKind.WRONG_ITEM)),
        discrepancy.c.barcode.is_not(None),
    )
    return {barcode for barcode in (await connection.execute(query)).scalars() if barcode is not None}


async def misdirected_in(connection: AsyncConnection, consignment_id: UUID) -> set[UUID]:
    """Returns the copies whose goods were reported at the wrong place in this consignment."""
    query = select(discrepancy.c.copy_id).where(
        discrepancy.c.consignment_id == consignment_id, discrepancy.c.kind == DiscrepancyKind.WRONG_PLACE
    )
    return set((await connection.execute(query)).scalars())


async def list_discrepancies(
    connection: AsyncConnection, wanted: DiscrepancyFilter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Lists the council's discrepancies, newest first."""
    table = discrepancy.c
    equal = {
        table.council: wanted.council,
        table.consignment_id: wanted.consignment_id,
        table.kind: wanted.kind,
        consignment.c.supplier_id: wanted.supplier_id,
    }
    goods = (consignment.c.supplier_id, consignment.c.despatch_number, consignment.c.place_code.label("place"))
    listed = narrowed(select(discrepancy, *goods).join_from(discrepancy, consignment), equal)
    query = newest_first(listed, (table.found_at, table.discrepancy_id), after=after, limit=limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows
