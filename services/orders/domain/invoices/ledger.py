"""The cost entries of a matched invoice: signed amounts per copy that add up to its total. Never deleted. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.invoices import Cost, InvoicedCharge
from shared.ids import new_id
from shared.invoicing.document import Document
from shared.invoicing.matching import LineMatch, Matching, Share


@dataclass(frozen=True, slots=True)
class CostEntry:
    """A charge (positive amounts) or credit (negative amounts) of one copy, in minor units.

    Without a copy, a cost for which no copy was found; without a line, a charge such as postage, which `description` names, or
    the part of the total that lines and charges do not add up to.
    `reverses` is the entry of the charge that a credit gives back; `settles` is true if that credits the charge in full.
    """

    entry_id: UUID
    line_number: int | None
    line_key: str | None
    order_id: UUID | None
    copy_id: UUID | None
    list_price: int
    discount: int
    net: int
    servicing: int
    carriage: int
    other: int
    vat: int
    reverses: UUID | None = None
    settles: bool = False
    description: str | None = None

    @property
    def total(self) -> int:
        """Returns the sum of all amounts; `list_price` and `discount` are contained in `net`."""
        return self.net + self.servicing + self.carriage + self.other + self.vat


def entries_of(document: Document, matching: Matching) -> list[CostEntry]:
    """Returns an entry per cost and charge, and one for the rest of the total. Their sum is the signed total."""
    entries = [entry for line in matching.lines for entry in _line_entries(document, line)]
    entries += [_charge_entry(document, charge) for charge in document.charges]
    left = document.sign * document.total - sum(entry.total for entry in entries)
    if left:
        entries.append(_entry(Cost(list_price=0, net=0, other=left), 1))
    return entries


def _charge_entry(document: Document, charge: InvoicedCharge) -> CostEntry:
    cost = Cost(list_price=0, net=0, vat=charge.vat).model_copy(update={charge.kind.value: charge.net})
    return _entry(cost, document.sign, description=charge.description)


def _line_entries(document: Document, matched: LineMatch) -> list[CostEntry]:
    shares = [_share_entry(document, matched, share) for share in matched.shares]
    return shares + [_entry(cost, document.sign, matched) for cost in matched.loose]


def _share_entry(document: Document, matched: LineMatch, share: Share) -> CostEntry:
    if not document.credit or share.copy.charge is None:
        return _entry(share.cost, document.sign, matched, copy_id=share.copy.copy_id)
    charge = share.copy.charge
    return _entry(
        share.cost,
        document.sign,
        matched,
        copy_id=share.copy.copy_id,
        reverses=charge.entry_id,
        settles=charge.balance == share.cost.total,
    )


def _entry(
    cost: Cost,
    sign: int,
    matched: LineMatch | None = None,
    *,
    description: str | None = None,
    copy_id: UUID | None = None,
    reverses: UUID | None = None,
    settles: bool = False,
) -> CostEntry:
    found = matched.found.line if matched and matched.found else None
    amounts: dict[str, int] = {name: sign * amount for name, amount in cost.model_dump().items()}
    return CostEntry(
        entry_id=new_id(),
        line_number=matched.line.line_number if matched else None,
        line_key=found.line_key if found else None,
        order_id=found.order_id if found else None,
        copy_id=copy_id,
        reverses=reverses,
        settles=settles,
        description=description,
        **amounts,
    )
