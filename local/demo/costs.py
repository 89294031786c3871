"""Whether the costs of copies in evidence add up to the matched invoices of the order book, to the penny."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from local.demo.invoices import Invoice
from local.lms.answers import Agreement, Costs
from local.lms.calls import Service
from shared.clock import SystemClock
from shared.money import amount_in_words

_AROUND = timedelta(days=365)
_PATIENCE_SECONDS, _PAUSE_SECONDS = 20.0, 0.5


async def settled_costs(evidence: Service, invoices: Sequence[Invoice]) -> Costs:
    """Returns the costs once evidence has all matched invoices, or as they are after 20 seconds. Raises UnexpectedAnswer."""
    now = SystemClock().now()
    asked = {"from": f"{now - _AROUND:%Y-%m-%d}", "to": f"{now + _AROUND:%Y-%m-%d}", "by": "supplier"}
    until = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
    while True:
        found = await evidence.get("/v1/costs", Costs, asked)
        if not disagreements(found, invoices) or asyncio.get_running_loop().time() >= until:
            return found
        await asyncio.sleep(_PAUSE_SECONDS)


def disagreements(found: Costs, invoices: Iterable[Invoice]) -> list[str]:
    """Returns a sentence for each supplier whose invoices are not what its copies cost in evidence."""
    matched: Counter[str] = Counter()
    for invoice in invoices:
        if invoice.state == "matched":
            matched[invoice.supplier_id] += -invoice.total if invoice.credit else invoice.total
    known = {each.supplier_id: each for each in found.reconciliation}
    paid = {group.key: group.paid.total for group in found.groups}
    said = []
    for supplier_id in sorted(matched.keys() | known.keys()):
        each = known.get(supplier_id)
        total = 0 if each is None else each.total
        if total != matched[supplier_id]:
            said.append(f"invoices of {supplier_id} are {matched[supplier_id]} in the order book, but {total} in evidence")
        if each is not None and (paid.get(supplier_id, 0), each.total) != (each.copies, _sum(each)):
            said.append(f"costs of copies from {supplier_id} do not add up to its invoices in evidence")
    return said


def _sum(each: Agreement) -> int:
    return each.copies + each.charges + each.unlisted


def cost_lines(found: Costs) -> list[str]:
    """Returns one line per supplier whose invoices charge copies."""
    copies = {group.key: group.copies for group in found.groups}
    return [
        f"Costs of {each.supplier_id}: {amount_in_words(each.copies, each.currency)} for {copies.get(each.supplier_id, 0)} copies"
        f"{_beside(each)}; its matched invoices charge the same, to the penny."
        for each in found.reconciliation
    ]


def _beside(each: Agreement) -> str:
    other = each.charges + each.unlisted
    return f", {amount_in_words(other, each.currency)} for no copy" if other else ""
