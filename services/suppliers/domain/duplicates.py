"""Content keys that recognise a repeated copy, invoice or selection under any file name. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from services.suppliers.contract import SelectionFact
from services.suppliers.domain.buyers import MatchedInvoice
from services.suppliers.domain.matching import MatchedAdvice


def copy_keys(despatch_number: str, advice: Sequence[MatchedAdvice]) -> set[str]:
    """Returns one key per physical copy: from the despatch, the parcel, the line and the supplier's reference to the copy."""
    seen: Counter[str] = Counter()
    keys: set[str] = set()
    for line in advice:
        named = [copy.model_dump() for copy in line.advised.copies[: line.advised.quantity]]
        for copy in [*named, *[None] * (line.advised.quantity - len(named))]:
            content = json.dumps([despatch_number, line.parcel_id, line.line.line_key, copy], sort_keys=True)
            # Two equal copies in one message are two copies. The same two in a later message are a repeat.
            seen[content] += 1
            keys.add(_key("despatch", f"{content}#{seen[content]}"))
    return keys


def invoice_key(matched: MatchedInvoice) -> str:
    """Returns the key of an invoice or credit note. The same number, currency and total for the same council is the same one."""
    fact = matched.fact
    return _key("invoice", json.dumps([matched.council, fact.invoice_number, fact.credit, fact.currency, fact.total]))


def reading_key(matched: MatchedInvoice) -> str:
    """Returns the key of what was read from an invoice: it differs where the lines, references or doubts differ."""
    fact = matched.fact
    lines = [line.model_dump(mode="json") for line in matched.lines]
    read = [invoice_key(matched), str(fact.invoiced_on), fact.credits_invoice, fact.doubts, lines]
    return _key("reading", json.dumps(read, sort_keys=True))


def selection_key(fact: SelectionFact, council: str) -> str:
    """Returns the key of one version of a selection: it differs where the titles changed or the selection became firm."""
    lines = [line.model_dump(mode="json") for line in fact.lines]
    return _key("selection", json.dumps([council, fact.selection_number, fact.firm, lines], sort_keys=True))


def _key(what: str, content: str) -> str:
    return f"{what}/{hashlib.sha256(content.encode()).hexdigest()}"
