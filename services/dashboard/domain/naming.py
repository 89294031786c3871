"""What things on the work list are called, and the page of what each is about. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

from services.dashboard.domain import links
from services.dashboard.domain.changes import OWNERS
from services.dashboard.domain.messages import sentence_case
from services.dashboard.domain.supplier_names import SupplierNames
from services.dashboard.domain.words import change_in_words, kind_in_words
from services.dashboard.domain.work import Group, WorkItem, WorkKind


def _message(work: WorkItem) -> str:
    return sentence_case(kind_in_words(work.subject or "message"))


def _book(work: WorkItem) -> str:
    return work.title or work.isbn


_NAMES: Mapping[WorkKind, Callable[[WorkItem, SupplierNames], str]] = {
    WorkKind.UNREACHABLE: lambda work, names: names.of(work.supplier_id),
    WorkKind.ACCOUNT_STOPPED: lambda work, names: f"Account at {names.of(work.supplier_id)}",
    WorkKind.SENDING: lambda work, _: f"Order message {work.subject}" if work.order_id else _message(work),
    WorkKind.QUARANTINED: lambda work, names: f"{_message(work)} of {names.of(work.supplier_id)}",
    WorkKind.HELD_FILE: lambda work, _: work.subject or "File without a name",
    WorkKind.DECISION: lambda work, _: f"{_book(work)}, order {work.order_number}",
    WorkKind.PROPOSAL: lambda work, _: f"Selection {work.subject}",
    WorkKind.CHANGE: lambda work, _: f"{sentence_case(change_in_words(work.subject))} for {strand_of(work.item).lower()}",
    WorkKind.INVOICE: lambda work, _: f"Invoice {work.subject}",
    WorkKind.DISCREPANCY: lambda work, _: f"{_book(work)}, despatch {work.subject}",
    WorkKind.SWITCH: lambda work, _: f"{_book(work)}, order {work.order_number}",
    WorkKind.CLAIM: lambda work, _: f"{_book(work)} for {work.place}, order {work.order_number}",
    WorkKind.LATE: lambda work, _: f"Despatch {work.subject} for {work.cause}",
    WorkKind.CANCELLATION: lambda work, _: f"Order {work.subject}, line {work.line_key}",
    WorkKind.QUIET: lambda work, names: f"{sentence_case(kind_in_words(work.subject))} messages of {names.of(work.supplier_id)}",
    WorkKind.DECLINING: lambda work, names: f"{names.of(work.supplier_id)}: {work.cause}",
    WorkKind.DEAD_LETTER: lambda work, _: f"{work.subject} at {work.place or work.service}",
    WorkKind.OVERDUE: lambda work, _: f"{_book(work)} for {work.place}, order {work.order_number}",
    WorkKind.BELOW_MINIMUM: lambda work, _: _book(work),
}


def name_of(work: WorkItem, names: SupplierNames) -> str:
    """Returns what people call a thing; a supplier by its name."""
    named = _NAMES.get(work.kind)
    return work.subject if named is None else named(work, names)


def strand_of(item: str) -> str:
    """Returns the strand of a change, as pages name it."""
    strand = item.partition("/")[0]
    return next((owner.strand for known, owner in OWNERS.items() if known.value == strand), strand)


def _line(work: WorkItem) -> str:
    return f"{links.order(str(work.order_id))}?{urlencode({'line': work.line_key})}#decide"


_PAGES: Mapping[WorkKind, Callable[[WorkItem], str]] = {
    WorkKind.SENDING: lambda work: links.message(work.supplier_id, work.item),
    WorkKind.QUARANTINED: lambda work: links.message(work.supplier_id, work.item),
    WorkKind.HELD_FILE: lambda work: links.file(work.item),
    WorkKind.DEAD_LETTER: lambda work: links.dead_letter(work.service, work.own_id),
    WorkKind.DECISION: _line,
    WorkKind.PROPOSAL: lambda work: links.proposal(work.item),
    WorkKind.CHANGE: lambda work: f"/changes#{work.item}",
    WorkKind.INVOICE: lambda work: links.invoice(work.item),
    WorkKind.DISCREPANCY: lambda work: links.find(work.subject),
    WorkKind.SWITCH: lambda work: links.order(str(work.order_id)),
    WorkKind.CLAIM: lambda work: links.copy(work.item),
    WorkKind.LATE: lambda work: links.consignment(work.item),
    WorkKind.CANCELLATION: _line,
    WorkKind.OVERDUE: lambda work: links.copy(work.item),
    WorkKind.BELOW_MINIMUM: lambda work: links.title(work.isbn),
}


def page_of(work: WorkItem) -> str:
    """Returns the page of what a thing is about: of its supplier, where it has none of its own or the person may not read it."""
    found = None if work.withheld else _PAGES.get(work.kind)
    return links.supplier(work.supplier_id) if found is None else found(work)


_PAGES_IN_WORDS: Mapping[WorkKind, str] = {
    WorkKind.SENDING: "The message",
    WorkKind.QUARANTINED: "The message",
    WorkKind.HELD_FILE: "The file",
    WorkKind.DEAD_LETTER: "The event",
    WorkKind.DECISION: "The order",
    WorkKind.PROPOSAL: "The proposal",
    WorkKind.INVOICE: "The invoice",
    WorkKind.DISCREPANCY: "The delivery",
    WorkKind.LATE: "The delivery",
    WorkKind.CANCELLATION: "The order",
    WorkKind.OVERDUE: "The copy",
    WorkKind.BELOW_MINIMUM: "The title",
}


def page_in_words(work: WorkItem) -> str:
    """Returns what the link to the page of what a thing is about says."""
    return "The supplier" if work.withheld else _PAGES_IN_WORDS.get(work.kind, "The supplier")


def place_of(work: WorkItem) -> str:
    """Returns where a thing opens on the work list."""
    return f"/work/{work.kind}/{quote(work.item, safe='')}"


def list_of(**narrowed: str) -> str:
    """Returns the work list, narrowed by filters that are not empty."""
    query = urlencode({name: value for name, value in narrowed.items() if value})
    return f"/work?{query}" if query else "/work"


def group_of(group: Group, **narrowed: str) -> str:
    """Returns the list of the things of a group."""
    query = {"kind": group.kind.value, "cause": group.cause, **narrowed}
    return f"/work/group?{urlencode({name: value for name, value in query.items() if value or name == 'cause'})}"
