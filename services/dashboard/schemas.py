"""HTTP shapes of the overview. They say what each figure is; which figures there are, the domain decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from services.dashboard.domain.needs import Overview, Urgency
from services.dashboard.domain.troubles import LONGEST_LIST
from shared.contracts.base import Money
from shared.contracts.orders import CopyState
from shared.contracts.words import (
    BookTitle,
    BranchCode,
    CopyId,
    CouncilCode,
    InvoiceId,
    InvoiceNumber,
    Isbn,
    LineKey,
    MessageId,
    OrderId,
    OrderNumber,
    SupplierId,
)

CouncilOrAll = Annotated[str | None, Field(description="ISIL of the council; null: all councils", examples=["GB-SFK"])]
Overdue = Annotated[int, Field(description="Of these, longer in their state than is usual", examples=[1])]
MessageKind = Annotated[str, Field(description="What the messages are about", examples=["despatch"])]
DespatchNumber = Annotated[str, Field(description="The supplier's number of the despatch", examples=["DN-204417"])]
_LONGEST = f"longest waiting first, {LONGEST_LIST} at most"


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class NeedView(_View):
    """One thing that needs a person, and what to do about it."""

    kind: str = Field(
        description="What it is, for programs: a name of `counts`, `account_stopped`, or `overdue_` and a state",
        examples=["quarantined"],
    )
    urgency: Urgency = Field(description="`now`: work has stopped until somebody acts; `today`: it goes on meanwhile")
    count: int = Field(description="How many there are of it", examples=[2])
    what: str = Field(description="What it is, for people", examples=["messages in quarantine"])
    advice: str = Field(description="What to do about it", examples=["Read the reason. Map a wrong reference, then replay."])
    section: str = Field(description="Part of the page that lists the items", examples=["quarantine"])
    supplier_ids: Sequence[SupplierId] = Field(
        validation_alias=AliasChoices("suppliers", "supplier_ids"),
        description="Suppliers of the listed items, longest waiting first; empty where nothing is listed",
    )
    oldest_at: datetime | None = Field(
        validation_alias=AliasChoices("since", "oldest_at"),
        description="Since when the listed item that waits longest does; null where nothing is listed, or that is not known",
    )


class TotalsView(_View):
    """Numbers of all copies: every copy ordered is outstanding, received, refused or cancelled."""

    ordered: int = Field(description="All copies", examples=[1200])
    outstanding: int = Field(description="Copies that wait for something", examples=[180])
    received: int = Field(description="Copies that a branch received", examples=[1000])
    refused: int = Field(description="Copies that their supplier refused", examples=[8])
    cancelled: int = Field(description="Copies that were cancelled", examples=[12])


class WaitingView(_View):
    """The copy that has been longest in a state."""

    copy_id: CopyId
    order_number: OrderNumber
    supplier_id: SupplierId
    branch: BranchCode
    isbn: Isbn
    title: BookTitle
    changed_at: datetime = Field(
        validation_alias=AliasChoices("since", "changed_at"), description="Since when it is in this state"
    )
    expected_on: date | None = Field(description="Day on which it is expected; null where none was stated")
    reason: str = Field(description='Why it is in this state; "" where nothing was stated', examples=["reprinting"])


class StateFiguresView(_View):
    """The copies in one state, and the one that has waited longest."""

    state: CopyState = Field(description="The state; all states are listed, from ordered to received, then the exceptions")
    copies: int = Field(description="Copies in this state", examples=[40])
    overdue: Overdue
    oldest: WaitingView | None = Field(description="The copy that has waited longest; null without copies, or once settled")


class RecordFiguresView(_View):
    """A supplier's records of the last 14 days."""

    below: int = Field(description="Records of ordered books that fell below their council's minimum", examples=[2])
    received: int = Field(description="Records received", examples=[350])
    repeated: int = Field(description="Of these, those that said nothing new", examples=[40])
    already_held: int = Field(description="Of these, those that came when another supplier's was at least as good", examples=[25])
    requests_saved: int = Field(description="Books that were ordered when their record was there already", examples=[60])


class SupplierFiguresView(_View):
    """One supplier: its copies, and what is wrong with it."""

    supplier_id: SupplierId
    totals: TotalsView = Field(description="Its copies in numbers")
    states: Mapping[CopyState, int] = Field(
        description="Its copies by state; states without copies are left out", examples=[{"sent": 12, "received": 300}]
    )
    overdue: Overdue
    quarantined: int = Field(description="Messages in quarantine", examples=[2])
    quiet: Sequence[MessageKind] = Field(description="Kinds of message that are missing for longer than usual")
    records: RecordFiguresView = Field(description="Its records of late")
    account_stopped: bool = Field(description="Whether it has stopped an account, so that it refuses every order")
    sent_at: datetime | None = Field(description="When the last message was sent to it; null for none")
    heard_at: datetime | None = Field(description="When its last message arrived; null for none")


class QuarantinedMessageView(_View):
    """A supplier's message in quarantine."""

    message_id: MessageId
    supplier_id: SupplierId
    council: str | None = Field(description="ISIL of the council that it names; null where it names none", examples=["GB-SFK"])
    kind: MessageKind
    reason: str = Field(
        description='Why it is in quarantine; "" for a council, where the message names none',
        examples=["no order here has the number SFK-2026-0024"],
    )
    quarantined_at: datetime = Field(description="Since when")


class HeldFileView(_View):
    """A file of a library system's mailbox that was refused, cut off or not delivered."""

    message_id: UUID = Field(description="Id of the file, in lms's `/v1/mailbox-messages`")
    mailbox_id: str = Field(description="Where the library system put it, or finds it", examples=["suffolk-koha"])
    council: CouncilCode
    file_name: str = Field(description="What it is called there", examples=["ordr20261130.CEP"])
    kind: str = Field(description="What the file is, by the type of its messages", examples=["ORDERS"])
    reason: str = Field(
        description="Why it waits",
        examples=["order SFK-2026-0042: Branch 'LOWE' is not registered; PUT /v1/branches registers it."],
    )
    order_numbers: Sequence[OrderNumber] = Field(description="Orders that it is about; not all need have been refused")
    held_at: datetime = Field(description="Since when")


class QuietFeedView(_View):
    """A feed, one kind of message from one supplier, that is quiet for longer than usual."""

    supplier_id: SupplierId
    kind: MessageKind
    last_heard_at: datetime | None = Field(description="When its last message arrived; null for none yet")
    usual_hours: float = Field(description="Longest usual pause between two messages", examples=[24.0])
    quieted_at: datetime = Field(description="When the silence was noticed")


class QueriedInvoiceView(_View):
    """An invoice or credit note that does not match what was ordered or supplied."""

    invoice_id: InvoiceId
    supplier_id: SupplierId
    invoice_number: InvoiceNumber
    credit: bool = Field(description="Whether it is a credit note")
    total: Money = Field(
        validation_alias=AliasChoices("charged", "total"), description="What it charges, or credits, tax included"
    )
    reasons: Sequence[str] = Field(
        description="What does not match, each in a sentence", examples=[["Line 1: GBP 9.99 charged, GBP 8.99 ordered"]]
    )
    queried_at: datetime = Field(description="Since when")


class UncertainSendingView(_View):
    """An order message that could not be sent, or whose sending broke off, so that the supplier may not have it."""

    message_id: MessageId
    supplier_id: SupplierId
    order_id: OrderId
    control_reference: str = Field(description="Number of the message, which the supplier has, too", examples=["412"])
    outcome: str = Field(description="`failed`: it was not sent; `unknown`: the supplier may have it", examples=["unknown"])
    reason: str = Field(description="What happened", examples=["the connection broke while the message was sent"])
    sent_at: datetime = Field(description="When it was tried")


class DiscrepancyView(_View):
    """Goods that differ from the despatch advice."""

    discrepancy_id: UUID = Field(description="Id of the discrepancy, in delivery's `/v1/discrepancies`")
    supplier_id: SupplierId
    despatch_number: DespatchNumber
    kind: str = Field(description="What is wrong: `short`, `damaged` and the like", examples=["short"])
    isbn: Isbn
    title: BookTitle
    quantity: int = Field(description="How many copies", examples=[1])
    branch: str = Field(description='Code of the branch concerned; "" where none is known', examples=["IPSW"])
    note: str = Field(description='What the branch wrote; "" for nothing', examples=["carton was open"])
    found_at: datetime = Field(description="When it was found")


class LateConsignmentView(_View):
    """A consignment whose due date has passed and whose place has not scanned all its copies."""

    consignment_id: UUID = Field(description="Id of the consignment, in delivery's `/v1/consignments`")
    supplier_id: SupplierId
    despatch_number: DespatchNumber
    place: str = Field(description="Code of the branch or hub that should receive it", examples=["IPSW"])
    place_name: str = Field(description='What that place is called; "" where it is not known', examples=["Ipswich Library"])
    leg: str = Field(description="`direct` to the branch, `to_hub`, or `from_hub` on by van", examples=["direct"])
    expected_on: date = Field(description="Day on which it was expected")
    copies: int = Field(description="Copies in it", examples=[12])
    still_to_come: int = Field(description="Of these, those that were not scanned", examples=[3])


class UnansweredCancellationView(_View):
    """A cancellation that its supplier has not answered for two days."""

    line_key: LineKey
    supplier_id: SupplierId
    order_number: OrderNumber
    requested_at: datetime = Field(description="When the council asked for it")


class OpenDecisionView(_View):
    """An ordered line about which a person must decide something."""

    line_key: LineKey
    supplier_id: SupplierId
    order_id: OrderId
    order_number: OrderNumber
    isbn: Isbn
    title: BookTitle
    attention: str = Field(
        description="What to decide, with prices where they matter", examples=["Only a paperback is left, at GBP 7.99: take it?"]
    )
    asked_at: datetime = Field(description="When the supplier asked")


class TroublesView(_View):
    """Everything that waits for a person."""

    quarantined: Sequence[QuarantinedMessageView] = Field(description=f"Messages in quarantine, {_LONGEST}")
    quiet: Sequence[QuietFeedView] = Field(description=f"Feeds that are quiet, {_LONGEST}")
    invoices: Sequence[QueriedInvoiceView] = Field(description=f"Invoices queried, {_LONGEST}")
    sendings: Sequence[UncertainSendingView] = Field(description=f"Order messages that may not have arrived, {_LONGEST}")
    discrepancies: Sequence[DiscrepancyView] = Field(description=f"Discrepancies in deliveries, {_LONGEST}")
    late: Sequence[LateConsignmentView] = Field(description=f"Consignments overdue, {_LONGEST}")
    cancellations: Sequence[UnansweredCancellationView] = Field(description=f"Cancellations unanswered, {_LONGEST}")
    decisions: Sequence[OpenDecisionView] = Field(description=f"Lines that ask for a decision, {_LONGEST}")
    held: Sequence[HeldFileView] = Field(description=f"Files of library systems that wait, {_LONGEST}")
    counts: Mapping[str, int] = Field(
        description="How many there are of each, listed or not", examples=[{"quarantined": 2, "late": 0}]
    )


class OverviewView(_View):
    """Everything on the overview page."""

    computed_at: datetime = Field(validation_alias=AliasChoices("at", "computed_at"), description="The moment of these figures")
    council: CouncilOrAll
    needs: Sequence[NeedView] = Field(description="What needs a person, most urgent first; empty where all is in order")
    totals: TotalsView = Field(description="All copies in numbers")
    states: Sequence[StateFiguresView] = Field(description="Copies by state")
    suppliers: Sequence[SupplierFiguresView] = Field(description="Figures of each supplier")
    troubles: TroublesView = Field(description="The items that wait for a person")


def overview_view(found: Overview) -> OverviewView:
    """Renders the overview."""
    return OverviewView.model_validate(found)
