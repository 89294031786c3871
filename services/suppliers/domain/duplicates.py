"""Content keys that recognise a repeated answer, copy, invoice or selection under any file name. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from services.suppliers.contract import DespatchFact, LineAnswer, ResponseFact, SelectionFact
from services.suppliers.domain.buyers import MatchedInvoice
from services.suppliers.domain.matching import MatchedAdvice, MatchedAnswer


def copy_keys(fact: DespatchFact, place: str, advice: Sequence[MatchedAdvice]) -> set[str]:
    """Returns one key per physical copy: from the despatch, its place and day, the parcel, the line and the reference to it."""
    seen: Counter[str] = Counter()
    keys: set[str] = set()
    for line in advice:
        # Data about a copy does not tell copies apart.
        named = [copy.model_dump(exclude={"item"}) for copy in line.advised.copies[: line.advised.quantity]]
        for copy in [*named, *[None] * (line.advised.quantity - len(named))]:
            despatch = [fact.despatch_number, place, str(fact.despatched_on), line.parcel_id]
            content = json.dumps([*despatch, line.line.line_key, copy], sort_keys=True)
            # Two equal copies in one message are two copies. The same two in a later message are a repeat.
            seen[content] += 1
            keys.add(_key("despatch", f"{content}#{seen[content]}"))
    return keys


def answer_keys(fact: ResponseFact, answers: Sequence[MatchedAnswer]) -> dict[int, str]:
    """Returns the key of each answer by its place: from the response's number and day, the line and what is answered about it.

    None for a response that has neither number nor day: nothing tells it from a later one with the same content.
    """
    if not fact.supplier_reference and fact.responded_at is None:
        return {}
    seen: Counter[str] = Counter()
    keys: dict[int, str] = {}
    for matched in answers:
        answer = TypeAdapter(LineAnswer).dump_python(replace(matched.answer, line_key=matched.line.line_key), mode="json")
        content = json.dumps([fact.supplier_reference, str(fact.responded_at), answer], sort_keys=True)
        seen[content] += 1
        keys[matched.place] = _key("answer", f"{content}#{seen[content]}")
    return keys


def invoice_key(matched: MatchedInvoice) -> str:
    """Returns the key of an invoice or credit note as it was read: it differs where anything in it differs.

    The same number and total alone prove nothing: a corrected invoice has both, and so can next year's invoice.
    """
    fact = matched.fact
    lines = [part.model_dump(mode="json") for part in (*matched.lines, *fact.charges)]
    read = [
        [matched.council, fact.invoice_number, fact.credit, fact.currency, fact.total],
        [str(fact.invoiced_on), fact.credits_invoice, fact.doubts, lines],
    ]
    return _key("invoice", json.dumps(read, sort_keys=True))


def selection_key(fact: SelectionFact, council: str) -> str:
    """Returns the key of one version of a selection: it differs where the titles changed or the selection became firm."""
    lines = [line.model_dump(mode="json") for line in fact.lines]
    return _key("selection", json.dumps([council, fact.selection_number, fact.firm, lines], sort_keys=True))


def _key(what: str, content: str) -> str:
    return f"{what}/{hashlib.sha256(content.encode()).hexdigest()}"
