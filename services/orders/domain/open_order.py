"""An order loaded for a change: its lines, its copies, and its version after the change. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from services.orders.domain.copies import Change, Copy
from services.orders.domain.decisions import Decision
from services.orders.domain.enquiries import NOTHING_HEARD, Enquiry, Heard
from services.orders.domain.switching import SwitchedCopy
from shared.contracts.base import Money
from shared.contracts.decisions import DecidedOffer
from shared.contracts.stated import SupplierReferences


@dataclass(frozen=True, slots=True)
class Line:
    """The fields of a line that a change needs."""

    line_key: str
    supplier_id: str
    isbn: str
    substitute_isbn: str | None = None
    attention: str = ""
    price: Money | None = None
    supplier_references: SupplierReferences | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What is new about lines besides their copies: what a person must decide, by line key, and the lines with other news.

    `decisions` are those that are new or in another state, by id; `offers` the answers to publish with what a person decided.
    `prices`: what open copies of lines will cost from now on, by line key. `enquiries` are those that are new or changed, by id;
    `heard` says the copies that a supplier's answers are about.
    """

    attention: Mapping[str, str] = field(default_factory=dict)
    announced: Collection[str] = ()
    prices: Mapping[str, Money] = field(default_factory=dict)
    decisions: Mapping[UUID, Decision] = field(default_factory=dict)
    offers: Sequence[DecidedOffer] = ()
    enquiries: Mapping[UUID, Enquiry] = field(default_factory=dict)
    heard: Heard = NOTHING_HEARD


NO_NEWS = News()


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """One order while it is changed. `version` is its version after the change."""

    order_id: UUID
    council: str
    order_number: str
    version: int
    lines: dict[str, Line]
    copies: list[Copy]
    # Copies of switches, by copy id.
    switched: dict[UUID, SwitchedCopy] = field(default_factory=dict)
    # Decisions about offers, by id, the oldest first.
    decisions: dict[UUID, Decision] = field(default_factory=dict)
    # Enquiries about copies that are not settled, by id.
    enquiries: dict[UUID, Enquiry] = field(default_factory=dict)
    rush: bool = False

    def copies_of(self, line_key: str) -> list[Copy]:
        """Returns the copies of one line."""
        return [copy for copy in self.copies if copy.line_key == line_key]

    def decisions_of(self, line_key: str) -> list[Decision]:
        """Returns the decisions about one line."""
        return [decision for decision in self.decisions.values() if decision.line_key == line_key]

    def copies_by_id(self) -> dict[UUID, Copy]:
        """Returns all copies by id."""
        return {copy.copy_id: copy for copy in self.copies}

    def after(self, changes: Sequence[Change], attention: Mapping[str, str]) -> OpenOrder:
        """Returns the order once a change is made, with the version that the next change gives it."""
        changed = {change.after.copy_id: change.after for change in changes}
        asked = {key: replace(self.lines[key], attention=text) for key, text in attention.items() if key in self.lines}
        copies = [changed.get(copy.copy_id, copy) for copy in self.copies]
        return replace(self, version=self.version + 1, lines={**self.lines, **asked}, copies=copies)
