"""Words that several shapes of the exchange share, each with its description and an example."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.texts import Text

MessageId = Annotated[UUID, Field(description="Our id of the message, under which `GET /v1/messages/{message_id}` shows it")]
SupplierReference = Annotated[
    str, Field(description='The supplier\'s own number of the order; "" where it gave none', examples=["HB-99107"])
]
Advice = Annotated[
    str,
    Field(
        description="What the supplier should do about it",
        examples=["Give the line key that the order gave, in the reference of the line."],
    ),
]
ByteSize = Annotated[int, Field(description="How many bytes it has", examples=[812])]
StateReason = Annotated[
    str,
    Field(
        description='Why the message is in its state; "" where nothing needs saying',
        examples=["line 1: no order here has the number SFK-2026-0024"],
    ),
]


class Reason(BaseModel):
    """The reason for a decision about a message."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Text = Field(
        min_length=3,
        max_length=500,
        description="Why, in words that a colleague will understand next year",
        examples=["The supplier confirmed by telephone what it meant"],
    )
