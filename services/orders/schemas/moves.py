"""HTTP shapes of moves of copies to another supplier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts import words
from shared.sourcing.switches.planning import SupplierName
from shared.texts import Text


class MoveBody(BaseModel):
    """Which copies to move to which supplier, and why."""

    model_config = ConfigDict(extra="forbid")

    copy_ids: list[words.CopyId] = Field(
        min_length=1, max_length=500, description="Our ids of the copies, all of this order and of one supplier"
    )
    to_supplier: SupplierName = Field(description="The supplier with which they are placed")
    cancellation_confirmed: bool = Field(
        default=False,
        description="Whether the first supplier has told you that it cancels them, or answers no more: then they are placed at "
        "once, and nothing is sent to the first supplier",
    )
    reason: Text = Field(
        min_length=3,
        max_length=300,
        description="Why, for the timeline and the first supplier",
        examples=["Out of print at the consortium"],
    )


Becomes = Annotated[
    str,
    Field(
        description="What would become of them, in words",
        examples=["consortium is asked to cancel it; placed with national once that is confirmed"],
    ),
]


class MovedCopies(BaseModel):
    """Copies of which the same would become."""

    copy_ids: list[words.CopyId] = Field(description="Our ids of the copies")
    becomes: Becomes


class MovePreview(BaseModel):
    """What a move would do."""

    version: int = Field(description="The order's version that this is said of", examples=[3])
    copies: list[MovedCopies] = Field(description="All copies of the move, by what would become of them")


def move_preview(version: int, fates: Iterable[tuple[UUID, str]]) -> MovePreview:
    """Returns what a move would do to an order of this version, given the words for each copy."""
    by_words: defaultdict[str, list[UUID]] = defaultdict(list)
    for copy_id, becomes in fates:
        by_words[becomes].append(copy_id)
    return MovePreview(version=version, copies=[MovedCopies(copy_ids=ids, becomes=becomes) for becomes, ids in by_words.items()])
