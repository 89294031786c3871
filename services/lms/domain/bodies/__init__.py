"""What a change says, by its kind: small typed values, as they are kept and answered. Read no event."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.lms.domain.bodies.goods import (
    AboutGoods,
    CopyExpected,
    CopyReceived,
    Difference,
    DiscrepancyFound,
)
from services.lms.domain.bodies.orders import (
    Answer,
    AnsweredCopy,
    CancellationRequested,
    CopyChanged,
    CopyMoved,
    CopyRedirected,
    CopyRerouted,
    DecisionClosed,
    DecisionNeeded,
    DecisionTaken,
    EnquirySent,
    LineAdded,
    LineAnswered,
    OrderPlaced,
)
from services.lms.domain.bodies.others import (
    AboutInvoice,
    InvoiceMatched,
    InvoiceQueried,
    InvoiceRejected,
    ProposalReceived,
    RecordJudged,
    StrandName,
    SwitchChanged,
    TitleChanged,
    WebhookDisabled,
)
from services.lms.domain.bodies.words import AboutOrder, Body, Kind

__all__ = [
    "AboutGoods",
    "AboutInvoice",
    "AboutOrder",
    "Answer",
    "AnsweredCopy",
    "AnyBody",
    "Body",
    "CancellationRequested",
    "CopyChanged",
    "CopyExpected",
    "CopyMoved",
    "CopyReceived",
    "CopyRedirected",
    "CopyRerouted",
    "DecisionClosed",
    "DecisionNeeded",
    "DecisionTaken",
    "Difference",
    "DiscrepancyFound",
    "EnquirySent",
    "InvoiceMatched",
    "InvoiceQueried",
    "InvoiceRejected",
    "Kind",
    "LineAdded",
    "LineAnswered",
    "OrderPlaced",
    "ProposalReceived",
    "RecordJudged",
    "StrandName",
    "SwitchChanged",
    "TitleChanged",
    "WebhookDisabled",
]

AnyBody = Annotated[
    OrderPlaced
    | LineAdded
    | LineAnswered
    | CopyMoved
    | CopyChanged
    | CopyRerouted
    | CopyRedirected
    | CancellationRequested
    | EnquirySent
    | CopyExpected
    | CopyReceived
    | DiscrepancyFound
    | TitleChanged
    | RecordJudged
    | InvoiceMatched
    | InvoiceQueried
    | InvoiceRejected
    | ProposalReceived
    | DecisionNeeded
    | DecisionClosed
    | DecisionTaken
    | SwitchChanged
    | WebhookDisabled,
    Field(discriminator="kind"),
]
