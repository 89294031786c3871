"""HTTP shapes of a message shown part by part, each with its findings. Must not know whose message it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from shared.findings import Severity
from shared.trees import Tree, Window, tree_of

# To build the tree of more bytes would delay every other request of the process, so it is done in a thread.
_LARGE = 65_536

After = Annotated[int, Query(ge=0, le=2**31 - 1, description="How many parts to skip", examples=[0])]
Leaves = Annotated[int, Query(ge=1, le=5_000, description="Segments, records or lines shown at once", examples=[500])]
FindingCode = Annotated[
    str, Field(description="The kind of finding; the same code always means the same", examples=["unknown-line"])
]
ByteOffset = Annotated[int, Field(description="Place of its first byte in the message, from 0", examples=[412])]


class FindingView(BaseModel):
    """One thing wrong or unusual in a message."""

    code: FindingCode
    text: str = Field(description="What is wrong here, in words", examples=["line 1: no order here has the number SFK-2026-0024"])
    severity: Severity = Field(description="`error`: content is missing or cannot be trusted; `warning`: check it")
    segment: int | None = Field(
        default=None,
        description="Number of the segment, field or record concerned, from 1; null where it is about the whole message",
        examples=[7],
    )
    offset: int | None = Field(
        default=None,
        description="Place of its first byte in the message, from 0; null where it is about the whole message",
        examples=[412],
    )
    number: int | None = Field(
        default=None, description="How many findings it is instead of, which are not kept; null for one finding", examples=[12]
    )


class NodeView(BaseModel):
    """A container (interchange, group, message) or a leaf (segment, element, field, line) of a message."""

    kind: str = Field(
        description="What it is: `interchange`, `group`, `message`, `segment`, `element`, `field`, `line` and the like",
        examples=["segment"],
    )
    label: str = Field(
        description="Tag of a segment or element, key of a field, text of a line; for a container, what it is", examples=["LIN"]
    )
    number: int | None = Field(
        description="The number that findings give: of a segment in the stream, of an XML record in the file; null for others",
        examples=[7],
    )
    offset: int | None = Field(
        description="Place of its first byte in the message, from 0; null where it has none of its own", examples=[412]
    )
    elements: Sequence[Sequence[str]] = Field(
        description="Values: each element with its components; long ones are shortened",
        examples=[[["1"], [""], ["9780141439518", "EN"]]],
    )
    findings: Sequence[FindingView] = Field(description="What is wrong or unusual here")
    children: Sequence[NodeView] = Field(description="The parts it consists of, in order", examples=[[]])


class TreeView(BaseModel):
    """A part of a message's tree. `total` counts all leaves; `note` says what is left out."""

    form: str = Field(description="The format: `edifact`, `x12`, `xml`, `json`, `text` or `binary`", examples=["edifact"])
    nodes: Sequence[NodeView] = Field(description="Its outermost parts")
    total: int = Field(description="How many leaves the whole message has", examples=[42])
    note: str = Field(
        description='What is left out or could not be read; "" for nothing', examples=["42 segments, of which 10 are shown"]
    )


async def tree_view(body: bytes, findings: Sequence[Mapping[str, object]], after: int, leaves: int) -> TreeView:
    """Renders the part of a message's tree that begins after some leaves."""
    build = partial(_tree, body, findings, Window(after, leaves))
    return await asyncio.to_thread(build) if len(body) > _LARGE else build()


def _tree(body: bytes, findings: Sequence[Mapping[str, object]], window: Window) -> TreeView:
    tree: Tree = tree_of(body, findings, window)
    return TreeView.model_validate(tree, from_attributes=True)
