"""The contract between the exchange and a supplier adapter: profile, write, read, transport.

The exchange owns everything else. An adapter must not know the database or our events; it uses the plain facts of this package.
`write_*` and `read` are pure; `Transport` is the only I/O. Adapters are found through the entry-point group
`stockbridge.suppliers`.
"""

from services.suppliers.contract.adapter import (
    ENTRY_POINTS,
    Adapter,
    AdapterFactory,
    CancelsOrders,
    LeavesFiles,
    SuppliesRecords,
    Transport,
)
from services.suppliers.contract.errors import (
    CredentialsRefused,
    SendOutcomeUnknown,
    SupplierError,
    SupplierRefused,
    SupplierUnavailable,
    SupplierUnintelligible,
)
from services.suppliers.contract.facts import (
    NOT_FETCHED,
    AcknowledgementFact,
    AdvisedLine,
    AdvisedParcel,
    CancellationToSend,
    DespatchFact,
    Fact,
    InvoiceFact,
    Kind,
    LineAnswer,
    OpenLine,
    OpenLinesFact,
    OrderToSend,
    OutboundMessage,
    RawMessage,
    Reading,
    RecordFact,
    ResponseFact,
    SelectionFact,
    Undecided,
    not_fetched,
)
from services.suppliers.contract.notes import Notes
from services.suppliers.contract.profile import Account, Capability, Feed, HttpsProfile, HttpsUrl, SupplierProfile

__all__ = [
    "ENTRY_POINTS",
    "NOT_FETCHED",
    "Account",
    "AcknowledgementFact",
    "Adapter",
    "AdapterFactory",
    "AdvisedLine",
    "AdvisedParcel",
    "CancellationToSend",
    "CancelsOrders",
    "Capability",
    "CredentialsRefused",
    "DespatchFact",
    "Fact",
    "Feed",
    "HttpsProfile",
    "HttpsUrl",
    "InvoiceFact",
    "Kind",
    "LeavesFiles",
    "LineAnswer",
    "Notes",
    "OpenLine",
    "OpenLinesFact",
    "OrderToSend",
    "OutboundMessage",
    "RawMessage",
    "Reading",
    "RecordFact",
    "ResponseFact",
    "SelectionFact",
    "SendOutcomeUnknown",
    "SupplierError",
    "SupplierProfile",
    "SupplierRefused",
    "SupplierUnavailable",
    "SupplierUnintelligible",
    "SuppliesRecords",
    "Transport",
    "Undecided",
    "not_fetched",
]
