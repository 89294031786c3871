"""Names each copy, invoice and selection by its content, so that what came before is recognised under any file name. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from services.suppliers.contract import SelectionFact
from services.suppliers.domain.buyers import MatchedInvoice
from services.suppliers.domain.matching import MatchedAdvice


def copy_keys(despatch_number: str, advice: Sequence[MatchedAdvice]) -> set[str]:
    """One key per physical copy: despatch, parcel, line and how the supplier points at the copy."""
    seen: Counter[str] = Counter()
    keys: set[str] = set()
    for line in advice:
        named = [copy.model_dump() for copy in line.advised.copies[: line.advised.quantity]]
        for copy in [*named, *[None] * (line.advised.quantity - len(named))]:
            content = json.dumps([despatch_number, line.parcel_id, line.line.line_key, copy], sort_keys=True)
            # Two equal copies in one message are two copies; the same two in a later message are those again.
            seen[content] += 1
            keys.add(_named("despatch", f"{content}#{seen[content]}"))
    return keys


def invoice_key(matched: MatchedInvoice) -> str:
    """One invoice or credit note: the same number and total, for the same council, is the same one."""
    fact = matched.fact
    return _named("invoice", json.dumps([matched.council, fact.invoice_number, fact.credit, fact.currency, fact.total]))


def reading_key(matched: MatchedInvoice) -> str:
    """What an invoice was read as: other lines, references or doubts under the same number are another reading of it."""
    fact = matched.fact
    lines = [line.model_dump(mode="json") for line in matched.lines]
    read = [invoice_key(matched), str(fact.invoiced_on), fact.credits_invoice, fact.doubts, lines]
    return _named("reading", json.dumps(read, sort_keys=True))


def selection_key(fact: SelectionFact, council: str) -> str:
    """One selection as it stands: the same number with other titles, or firm at last, is news."""
    lines = [line.model_dump(mode="json") for line in fact.lines]
    return _named("selection", json.dumps([council, fact.selection_number, fact.firm, lines], sort_keys=True))


def _named(what: str, content: str) -> str:
    return f"{what}/{hashlib.sha256(content.encode()).hexdigest()}"
