"""How a thing on the work list is settled: what a person may do about each kind, and what its owner is then asked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from services.dashboard.domain.owners import exchange_of
from services.dashboard.domain.work import WorkItem, WorkKind
from shared.contracts.enquiries import EnquiryKind
from shared.contracts.orders import CopyState
from shared.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Call:
    """What an owner is asked: POST of `path`, with a body to which the reason is added.

    `versioned`: the address of what has the version that the decision is about; "" where none is needed.
    """

    path: str
    body: Mapping[str, object]
    versioned: str = ""


Asked = Callable[[WorkItem, Any], Call]
"""Makes the call for a thing. Gets what `look` answered, or None."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to settle things of a kind: the button's words, and in which words it was done.

    `service`: the owner that is asked; "exchange": that of the supplier; "": the one that the thing names; "own": nobody,
    because no service keeps it. `look`: what is read first. `heavy`: it cannot be undone, and is never the first button.
    """

    name: str
    label: str
    done: str
    service: str
    ask: Asked
    look: Callable[[WorkItem], str] | None = None
    heavy: bool = False


def _message(decision: str, /, **body: object) -> Asked:
    def ask(work: WorkItem, _: Any) -> Call:
        path = f"/v1/messages/{work.item}"
        return Call(f"{path}/{decision}", body, versioned=path)

    return ask


def _file(decision: str) -> Asked:
    def ask(work: WorkItem, _: Any) -> Call:
        path = f"/v1/mailbox-messages/{work.item}"
        return Call(f"{path}/{decision}", {}, versioned=path)

    return ask


def _invoice(decision: str) -> Asked:
    def ask(work: WorkItem, _: Any) -> Call:
        path = f"/v1/invoices/{work.item}"
        return Call(f"{path}/{decision}", {}, versioned=path)

    return ask


def _plain(path: str) -> Asked:
    """Returns the call for a thing that has no version."""
    return lambda work, _: Call(path.format(item=quote(work.own_id, safe="")), {})


def _order(work: WorkItem) -> str:
    return f"/v1/orders/{work.order_id}"


def _offer(decision: str, /, **body: object) -> Asked:
    def ask(work: WorkItem, order: Any) -> Call:
        """Raises DomainError where the line asks something that is no offer: only a person knows how that is answered."""
        lines = [line for line in order["lines"] if line["line_key"] == work.line_key]
        found = [each["decision_id"] for line in lines for each in line["decisions"] if each.get("state") == "open"]
        offers = [each for each in found if each]
        if len(offers) != 1:
            detail = "This line has no single offer to answer. Open the order, and decide there."
            raise DomainError("no-single-offer", detail, Kind.CONFLICT)
        return Call(f"{_order(work)}/decisions/{offers[0]}/{decision}", body, versioned=_order(work))

    return ask


def _chase(work: WorkItem, _: Any) -> Call:
    return Call(f"{_order(work)}/enquiries", {"kind": "status", **_copies_or_line(work)})


def _claim(work: WorkItem, _: Any) -> Call:
    kind = EnquiryKind.SHORT if work.subject == CopyState.MISSING else EnquiryKind.DAMAGED
    return Call(f"{_order(work)}/enquiries", {"kind": kind.value, "copy_ids": [work.item]})


def _switched(work: WorkItem) -> str:
    return f"/v1/switches/{work.subject}/copies?{urlencode({'stage': 'asks', 'line_key': work.line_key, 'limit': '200'})}"


def _switch(decision: str) -> Asked:
    def ask(work: WorkItem, asking: Any) -> Call:
        """Raises DomainError where no switch asks about copies of the line that a call could decide."""
        copies = [each["copy_id"] for each in asking["items"] if each["line_key"] == work.line_key]
        if not copies or asking.get("next_cursor"):
            asks = "about more copies of this line than can be decided at once" if copies else "about no copy of this line"
            raise DomainError("nothing-to-decide", f"The switch asks {asks}. Open the order, and decide there.", Kind.CONFLICT)
        return Call(f"/v1/switches/{work.subject}/copies", {"copy_ids": copies, "decision": decision})

    return ask


def _cancel(work: WorkItem, _: Any) -> Call:
    return Call(f"{_order(work)}/cancellations", {"copy_ids": [work.item]}, versioned=_order(work))


def _copies_or_line(work: WorkItem) -> Mapping[str, object]:
    return {"copy_ids": [work.item]} if work.kind is WorkKind.OVERDUE else {"line_keys": [work.line_key]}


def _nothing(work: WorkItem, _: Any) -> Call:
    raise AssertionError(f"{work.kind} is settled here")


_CHASE = Way("chase", "Ask the supplier", "The supplier is asked", "orders", _chase)

WAYS: Mapping[WorkKind, Sequence[Way]] = {
    WorkKind.QUARANTINED: (
        Way("replay", "Replay", "The message is read again", "exchange", _message("replay")),
        Way("discard", "Discard", "The message is discarded", "exchange", _message("discard"), heavy=True),
    ),
    WorkKind.SENDING: (
        Way(
            "treat_as_sent",
            "It has it: count as sent",
            "Counted as sent",
            "exchange",
            _message("release", decision="treat_as_sent"),
        ),
        Way(
            "resend",
            "It does not have it: send again",
            "The message is sent again",
            "exchange",
            _message("release", decision="resend"),
            heavy=True,
        ),
    ),
    WorkKind.HELD_FILE: (
        Way("replay", "Replay", "The file is read again", "lms", _file("replay")),
        Way("discard", "Discard", "The file is discarded", "lms", _file("discard"), heavy=True),
    ),
    WorkKind.DEAD_LETTER: (
        Way("replay", "Replay", "The event is handled", "", _plain("/v1/dead-letters/{item}/replay")),
        Way("discard", "Discard", "The event is discarded", "", _plain("/v1/dead-letters/{item}/discard"), heavy=True),
    ),
    WorkKind.DECISION: (
        Way("accept", "Accept the offer", "The offer is accepted", "orders", _offer("accept"), look=_order),
        Way("keep", "Decline it, keep waiting", "The offer is declined", "orders", _offer("decline", then="keep"), look=_order),
        Way(
            "cancel",
            "Decline it and cancel",
            "The offer is declined, and the copies are cancelled",
            "orders",
            _offer("decline", then="cancel"),
            look=_order,
            heavy=True,
        ),
    ),
    WorkKind.PROPOSAL: (
        Way("decline", "Decline", "The proposal is declined", "orders", _plain("/v1/proposals/{item}/decline"), heavy=True),
    ),
    WorkKind.CHANGE: (
        Way("approve", "Approve", "The change is approved", "", _plain("/v1/changes/{item}/approve")),
        Way("decline", "Decline", "The change is declined", "", _plain("/v1/changes/{item}/decline"), heavy=True),
    ),
    WorkKind.INVOICE: (
        Way("accept", "Accept", "The invoice is accepted", "orders", _invoice("accept")),
        Way("reject", "Reject", "The invoice is rejected", "orders", _invoice("reject"), heavy=True),
    ),
    WorkKind.SWITCH: (
        Way("leave", "Leave them", "The copies stay where they are", "orders", _switch("leave"), look=_switched),
        Way(
            "place_anew",
            "Place them with the second supplier",
            "The copies are placed with the second supplier",
            "orders",
            _switch("place_anew"),
            look=_switched,
            heavy=True,
        ),
    ),
    WorkKind.CLAIM: (Way("claim", "Claim it", "The supplier is asked to send it again, or to credit it", "orders", _claim),),
    WorkKind.CANCELLATION: (_CHASE,),
    WorkKind.OVERDUE: (_CHASE, Way("cancel", "Cancel", "The supplier is asked to cancel", "orders", _cancel, heavy=True)),
    WorkKind.DECLINING: (Way("finish", "Dealt with", "Marked as dealt with", "own", _nothing),),
    WorkKind.DISCREPANCY: (Way("finish", "Dealt with", "Marked as dealt with", "own", _nothing),),
}


# Where a thing has the version that a decision about it names.
_VERSIONED: Mapping[WorkKind, Callable[[WorkItem], str]] = {
    WorkKind.QUARANTINED: lambda work: f"/v1/messages/{work.item}",
    WorkKind.SENDING: lambda work: f"/v1/messages/{work.item}",
    WorkKind.HELD_FILE: lambda work: f"/v1/mailbox-messages/{work.item}",
    WorkKind.INVOICE: lambda work: f"/v1/invoices/{work.item}",
    WorkKind.DECISION: _order,
    WorkKind.OVERDUE: _order,
}


def versioned(work: WorkItem) -> str:
    """Returns where the version of a thing is read that its page shows; "" where its owner keeps none."""
    found = _VERSIONED.get(work.kind)
    return "" if found is None else found(work)


# Whoever settles these acts for one council.
_OF_A_COUNCIL = {WorkKind.CHANGE, *(kind for kind, ways in WAYS.items() if any(way.service == "orders" for way in ways))}


def ways_of(kind: WorkKind) -> Sequence[Way]:
    """Returns what a person may do about things of a kind from the list; none where it is done on a page of its own."""
    return WAYS.get(kind, ())


def only_others(work: WorkItem, council: str | None) -> str:
    """Returns who alone can settle a thing, in a sentence; "" where a person of this council, or of all (None), can."""
    if work.withheld:
        return "Only staff of all councils can settle it."
    if council is None and work.kind in _OF_A_COUNCIL:
        return f"Only a person of {work.council} can settle it: you are signed in for all councils."
    return ""


def looked_at(ways: Sequence[Way], work: WorkItem) -> str:
    """Returns the address that says which of these ways a thing leaves open; "" where none needs a look."""
    return next((way.look(work) for way in ways if way.look is not None), "")


def left_open(ways: Sequence[Way], work: WorkItem, found: Any) -> Sequence[Way]:
    """Returns the ways that fit what was `found` of a thing; all of them if it is None: nobody was asked, or answered."""
    return ways if found is None else [way for way in ways if way.look is None or _fits(way, work, found)]


def _fits(way: Way, work: WorkItem, found: Any) -> bool:
    try:
        way.ask(work, found)
    except DomainError:
        return False
    return True


def way_of(kind: WorkKind, name: str) -> Way:
    """Returns one way by its name. Raises DomainError (422) where things of this kind are not settled so."""
    for way in ways_of(kind):
        if way.name == name:
            return way
    raise DomainError("no-such-way", "Things of this kind are not settled in this way.", Kind.INVALID)


def owner_of(way: Way, work: WorkItem) -> str:
    """Returns the owner that is asked."""
    if way.service == "exchange":
        return exchange_of(work.supplier_id)
    return way.service or work.service
