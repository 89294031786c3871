"""What an invoice's entries spend of funds, what copies commit after it, and what it states about them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.orders.domain.commitments import Moves, moves_of, spend_after_credit
from services.orders.domain.copies import Change, Copy, Spend, Target, Verdict
from services.orders.domain.invoices.ledger import CostEntry
from shared.contracts.stated import StatedItem, newly_stated
from shared.invoicing.matching import Matching


@dataclass(frozen=True, slots=True)
class ChargedCopy:
    """A copy that an invoice charges or credits, with the number of its order."""

    copy: Copy
    order_number: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What an invoice spends of one copy's fund, in minor units; negative where it gives back.

    `year` is the financial year in which that counts; None where the copy was not taken over yet.
    """

    entry: CostEntry
    before: ChargedCopy
    after: Copy

    @property
    def fund(self) -> str:
        """The fund of the copy."""
        return self.after.fund

    @property
    def year(self) -> str | None:
        """The financial year in which the copy counts."""
        return self.after.fund_year

    @property
    def change(self) -> Change:
        """The change of the copy."""
        return Change(self.before.copy, self.after, Verdict.UNCHANGED, Target(self.after.state))


def spent_by(entries: Iterable[CostEntry], copies: Mapping[UUID, ChargedCopy]) -> list[Spent]:
    """Returns what the entries that have a copy spend: a charge takes the place of what the copy commits.

    A charge that is credited in full leaves it open again, where the supplier still owes the copy.
    """
    now, spent = dict(copies), list[Spent]()
    for entry in entries:
        if entry.copy_id is not None:
            before = now[entry.copy_id]
            after = replace(before.copy, spend=_spend_after(entry, before.copy))
            spent.append(Spent(entry, before, after))
            now[entry.copy_id] = replace(before, copy=after)
    return spent


def _spend_after(entry: CostEntry, copy: Copy) -> Spend:
    if entry.reverses is None:
        return Spend.CHARGED
    return spend_after_credit(copy.state) if entry.settles else copy.spend


def commitments_moved(spent: Iterable[Spent]) -> Moves:
    """Returns the commitments that charges end and that full credits open again."""
    return moves_of(each.change for each in spent)


def stated_by(matching: Matching, copies: Mapping[UUID, ChargedCopy]) -> dict[str, StatedItem]:
    """Returns all that was stated about copies, by copy id, for those of which an invoice states something new."""
    shares = [share for line in matching.lines for share in line.shares if share.copy.copy_id in copies]
    return newly_stated((str(share.copy.copy_id), copies[share.copy.copy_id].copy.stated, share.stated) for share in shares)
