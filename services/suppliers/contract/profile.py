"""The profile: who a supplier is and what it can do, declared in JSON instead of coded per supplier."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.suppliers.contract.facts import Kind


class Capability(StrEnum):
    """What a supplier states that it can do. The conformance kit looks for evidence of each.

    Without CANCELS a supplier is sent no cancellation, without SUPPLIES_RECORDS no request for records. Without
    TAKES_ROUTE_CHANGES, a person is asked to tell it where copies go that it has on order already; without TAKES_OFFER_ANSWERS,
    what the council answers to its offer of a substitute or a price; without TAKES_ENQUIRIES, to ask it about copies. Without
    TAKES_RUSH, orders that are wanted sooner than usual are sent as all others, and the council is told so.
    """

    CANCELS = "cancels"
    TAKES_ROUTE_CHANGES = "takes_route_changes"
    TAKES_OFFER_ANSWERS = "takes_offer_answers"
    TAKES_ENQUIRIES = "takes_enquiries"
    TAKES_RUSH = "takes_rush"
    CONFIRMS_RECEIPT = "confirms_receipt"
    DELIVERS_DIRECT = "delivers_direct"
    DELIVERS_TO_HUB = "delivers_to_hub"
    SUPPLIES_RECORDS = "supplies_records"
    SENDS_RECORDS = "sends_records"
    INVOICES = "invoices"
    SELECTS = "selects"
    REPORTS_OPEN_LINES = "reports_open_lines"
    ACKNOWLEDGES = "acknowledges"


class OrderPlaces(StrEnum):
    """What one order message can say of where its copies are unpacked.

    BRANCHES: any number of branches that unpack their own copies, or one other place for all of them. ONE: one place.
    """

    BRANCHES = "branches"
    ONE = "one"


class Account(BaseModel):
    """How a supplier identifies one council."""

    model_config = ConfigDict(frozen=True)

    gln: str = Field(description="The council's Global Location Number, 13 digits; NAD+BY on the wire")
    account_number: str = Field(default="", description="The supplier's own number for the council, where it has one")


class Feed(BaseModel):
    """How often a supplier usually sends one kind of message. A longer silence raises the quiet-supplier alarm."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: float = Field(gt=0, description="Longest usual pause between two messages, in hours")
    weekends: bool = Field(default=False, description="Whether the hours of Saturday and Sunday (UTC) count")


class SupplierProfile(BaseModel):
    """Declared facts about a supplier, read from the JSON file that the settings name.

    Adapters subclass it with the options of their dialect; each field's description says what it changes on the wire.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(
        default=1, ge=1, description="Raise it with every change of the profile; each message keeps the version it was read under"
    )
    supplier_id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$", description="Our identifier of the supplier, in rules and events")
    name: str = Field(description="The supplier's name as people know it")
    kind: Literal["consortium", "national"] = Field(description="A regional consortium or a national bookseller")
    capabilities: frozenset[Capability] = Field(description="What the supplier can do")
    deduplicates: bool = Field(
        description="Whether the supplier ignores a message whose reference it already has. Only then may a message of unknown "
        "outcome be sent again without asking"
    )
    accounts: Mapping[str, Account] = Field(description="ISIL of each council served -> how the supplier identifies it")
    hub_code: str | None = Field(default=None, description="Code of the central stock unit that goods pass through, if any")
    hub_gln: str | None = Field(default=None, description="GLN of that unit, if it has one")
    order_places: OrderPlaces = Field(
        default=OrderPlaces.BRANCHES,
        description="What one order message can carry: `branches`, any number of branches that unpack their own copies, or one "
        "other place; `one`, one place only. An order with more places is sent as a message for each, numbered `NUMBER=PLACE`",
    )
    usual_delivery_days: int | None = Field(
        default=None,
        ge=1,
        le=365,
        description="Calendar days that the supplier usually needs from an order to delivery at the first place. Councils whose "
        "contract with it ends are warned of orders that come too late; null: they are told that it is not known",
    )
    feeds: Mapping[Kind, Feed] = Field(
        default_factory=dict, description="Kind of message -> how often it usually arrives; kinds left out raise no alarm"
    )
    fetch_seconds: float = Field(default=2.0, gt=0, description="Pause in seconds between two looks into the supplier's mailbox")


def _over_tls(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError("must begin with https://")
    return url.rstrip("/")


HttpsUrl = Annotated[str, AfterValidator(_over_tls)]


class HttpsProfile(SupplierProfile):
    """The facts about a supplier whose API is reached over HTTPS."""

    base_url: HttpsUrl = Field(description="Root of the supplier's API; each path is added to it")
    ca_file: Path | None = Field(
        default=None,
        description="PEM file of the only authority whose certificates are accepted; the system's authorities where absent",
    )
    connect_seconds: float = Field(
        default=5.0, gt=0, description="Limit for opening a connection, in seconds; past it the message was certainly not sent"
    )
    answer_seconds: float = Field(
        default=20.0,
        gt=0,
        description="Limit for each wait on an open connection, in seconds; past it the outcome is unknown. "
        "A request with its answer may take this and `connect_seconds` together",
    )
    largest_answer: int = Field(
        default=4 * 1024 * 1024,
        gt=0,
        description="Bytes; of a larger answer, or of a compressed one, only the beginning is kept, quarantined",
    )
