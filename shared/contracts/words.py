"""The words that many shapes of the APIs share: one type for each kind of value, with its description and an example.

They describe and check nothing: a request adds its own bounds. Where a value may be null, the field says what null means.
The examples are of one invented council, in which every example of the APIs lives.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

# Who.
CouncilCode = Annotated[str, Field(description="ISIL of the council, as its token names it", examples=["GB-SFK"])]
SupplierId = Annotated[
    str, Field(description="Our name for the supplier, as `GET /v1/suppliers` shows it", examples=["consortium"])
]
SupplierName = Annotated[str, Field(description="What the supplier calls itself", examples=["Eastern Library Consortium"])]
Actor = Annotated[
    str, Field(description="Who did it: a person or program, by the subject of its token, or a service", examples=["j.archer"])
]

SecondPerson = Annotated[str, Field(description="The second person that agreed to it", examples=["m.okafor"])]

# What is ordered.
OrderId = Annotated[UUID, Field(description="Our id of the order, under which `GET /v1/orders/{order_id}` shows it")]
OrderNumber = Annotated[
    str, Field(description="The council's own number of the order, never used twice", examples=["SFK-2026-0042"])
]
LineNumber = Annotated[
    int,
    Field(
        description="The council's own number of the line; several lines have it where their branches have different suppliers",
        examples=[1],
    ),
]
LineKey = Annotated[
    str,
    Field(
        description="Our reference of the line in messages to its supplier: at most 22 characters of A-Z0-9-, never reused",
        examples=["SB-2H7K0M4QXD9RT5WA"],
    ),
]
CopyId = Annotated[UUID, Field(description="Our id of the copy, one physical book")]
CopyNumber = Annotated[int, Field(description="Number of the copy within its line, from 1", examples=[1])]
Isbn = Annotated[
    str, Field(description="ISBN-13; the EAN (GTIN-13) of an article that is not a book", examples=["9780141439518"])
]
BookTitle = Annotated[
    str, Field(description='What the book is called; "" where nobody has said', examples=["Pride and Prejudice"])
]
BookAuthor = Annotated[str, Field(description='Who wrote the book; "" where nobody has said', examples=["Austen, Jane"])]
Material = Annotated[str, Field(description="Kind of article, in the words that sourcing rules use", examples=["book"])]
Quantity = Annotated[int, Field(description="How many copies", examples=[2])]

# For whom, and how it is marked.
BranchCode = Annotated[str, Field(description="The council's code of the branch where the copy lives", examples=["IPSW"])]
BranchName = Annotated[
    str, Field(description='What the branch is called; "" where it is not known', examples=["Ipswich Library"])
]
FundCode = Annotated[str, Field(description="The council's code of the fund that pays", examples=["ADULT-FIC"])]
Sequence = Annotated[str, Field(description='Collection within the branch; "" for none', examples=["AF"])]
Shelfmark = Annotated[str, Field(description='Where it is shelved, as on the spine label; "" for none', examples=["F AUS"])]
ServicingCode = Annotated[str, Field(description="BIC code of work on the book before it is shelved", examples=["BC"])]
Barcode = Annotated[str, Field(description="As printed on the copy's label", examples=["30123004567890"])]
Gln = Annotated[str, Field(description="Global Location Number: 13 digits, the last a check digit", examples=["5012345678900"])]
DespatchNumber = Annotated[str, Field(description="The supplier's number of the despatch", examples=["DN-204417"])]

# Money.
Currency = Annotated[str, Field(description="Code of ISO 4217, of three letters", examples=["GBP"])]
InvoiceId = Annotated[
    UUID, Field(description="Our id of the invoice or credit note, under which `GET /v1/invoices/{invoice_id}` shows it")
]
InvoiceNumber = Annotated[str, Field(description="The supplier's number of the invoice or credit note", examples=["INV-88231"])]

# Trials.
TrialName = Annotated[
    str, Field(description="The council's name of the trial, unique in its strand", examples=["Fiction at LOWE"])
]

# What happened.
MessageId = Annotated[UUID, Field(description="Id of the supplier's message that said so, in the exchange's `/v1/messages`")]
CorrelationId = Annotated[
    str,
    Field(
        description='`X-Correlation-Id` of the request that began it, which events and log lines have, too; "" where unknown',
        examples=["7f0c0e8e-4a57-4d0b-8d2e-3f1f4d1c8a10"],
    ),
]
Cause = Annotated[
    str,
    Field(
        description="What led to it: an event by its type, or a call of this API, such as `api.order`",
        examples=["suppliers.order.responded.v1"],
    ),
]
RotationPlan = Annotated[
    str, Field(description='Plan by which the copy moves on from its branch to others; "" for none', examples=["ROT-A"])
]
Rush = Annotated[bool, Field(description="Whether the council wants the order sooner than usual", examples=[False])]
Version = Annotated[
    int, Field(description="Raised by each change; `ETag` has it, and `If-Match` of the next change takes it", examples=[3])
]
