"""What a search found, and where each thing has its page. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.dashboard.domain import links

# Of each kind of thing that the dashboard's own read model has, so many are found.
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order, with what its copies are and from whom. `by_line`: it was found by the key of one of its lines."""

    order_id: UUID
    council: str
    order_number: str
    supplier_ids: Sequence[str]
    titles: Sequence[str]
    copies: int
    states: Sequence[str]
    changed_at: datetime
    by_line: bool = False

    @property
    def address(self) -> str:
        """Its page."""
        return links.order(self.order_id)


@dataclass(frozen=True, slots=True)
class FoundCopy:
    """One copy."""

    copy_id: UUID
    council: str
    order_number: str
    supplier_id: str
    isbn: str
    title: str
    branch: str
    state: str
    barcode: str | None

    @property
    def address(self) -> str:
        """Its page."""
        return links.copy(self.copy_id)


@dataclass(frozen=True, slots=True)
class FoundInvoice:
    """An invoice or credit note that was matched or queried."""

    invoice_id: UUID
    council: str
    supplier_id: str
    invoice_number: str
    credit: bool
    waits_since: datetime | None

    @property
    def address(self) -> str:
        """Its page."""
        return links.invoice(self.invoice_id)


@dataclass(frozen=True, slots=True)
class FoundConsignment:
    """Goods for one place."""

    consignment_id: UUID
    council: str
    supplier_id: str
    despatch_number: str
    place: str
    place_name: str
    leg: str
    expected_on: date | None
    received_at: datetime | None

    @property
    def address(self) -> str:
        """Its page."""
        return links.consignment(self.consignment_id)


@dataclass(frozen=True, slots=True)
class FoundTitle:
    """A title that was ordered."""

    isbn: str
    title: str

    @property
    def address(self) -> str:
        """The orders of it, which lead on to its page."""
        return links.find(self.isbn)


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message that an exchange has."""

    message_id: UUID
    supplier_id: str
    direction: str
    kind: str
    name: str
    state: str
    created_at: datetime

    @property
    def address(self) -> str:
        """Its page."""
        return links.message(self.supplier_id, self.message_id)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a library system's mailbox."""

    message_id: UUID
    mailbox_id: str
    name: str
    kind: str
    created_at: datetime

    @property
    def address(self) -> str:
        """Its page."""
        return links.file(self.message_id)


@dataclass(frozen=True, slots=True)
class FoundProposal:
    """An order that a supplier proposes."""

    proposal_id: UUID
    supplier_id: str
    selection_number: str
    state: str

    @property
    def address(self) -> str:
        """Its page."""
        return links.proposal(self.proposal_id)


Hit = FoundOrder | FoundCopy | FoundInvoice | FoundConsignment | FoundTitle | FoundMessage | FoundFile | FoundProposal


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that was found, by what it is. `silent`: services that were to look, too, each with why it gave no answer."""

    orders: Sequence[FoundOrder] = ()
    copies: Sequence[FoundCopy] = ()
    invoices: Sequence[FoundInvoice] = ()
    consignments: Sequence[FoundConsignment] = ()
    titles: Sequence[FoundTitle] = ()
    messages: Sequence[FoundMessage] = ()
    files: Sequence[FoundFile] = ()
    proposals: Sequence[FoundProposal] = ()
    silent: Sequence[tuple[str, str]] = ()

    @property
    def hits(self) -> Sequence[Hit]:
        """All of it."""
        groups: Sequence[Sequence[Hit]] = (
            self.orders, self.copies, self.invoices, self.consignments, self.titles, self.messages, self.files, self.proposals
        )  # fmt: skip
        return [hit for group in groups for hit in group]

    @property
    def may_be_more(self) -> bool:
        """Whether a list is cut, as far as its length says."""
        own = (self.orders, self.copies, self.invoices, self.consignments, self.titles)
        return any(len(group) >= MOST_FOUND for group in own)

    def beside(self, others: Findings) -> Findings:
        """Returns what was found together with what other services found."""
        return replace(
            self,
            messages=[*self.messages, *others.messages],
            files=[*self.files, *others.files],
            proposals=[*self.proposals, *others.proposals],
            silent=[*self.silent, *others.silent],
        )

    @property
    def only(self) -> Hit | None:
        """The one thing that was found; None where it is none or several."""
        hits = self.hits
        return hits[0] if len(hits) == 1 else None
