"""The words that pages show for codes in events and in the exchange's answers: the one table of each kind of code. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from shared.contracts.delivery import WRONG_PLACE, DiscrepancyKind, Leg
from shared.contracts.invoices import QueryCode
from shared.contracts.orders import CopyState
from shared.contracts.suppliers import SendOutcome
from shared.sourcing.changes import ChangeKind

# A kind that is not here is its own words, as `invoice` is.
_KINDS: Mapping[str, str] = {
    "open_lines": "list of open lines",
    "record_request": "request for a record",
    "route_change": "other place of delivery",
    "offer_answer": "answer to an offer",
    "enquiry": "enquiry",
    "unknown": "not recognised",
}
_DISCREPANCIES: Mapping[str, str] = {
    DiscrepancyKind.SHORT: "did not arrive",
    DiscrepancyKind.SURPLUS: "too many arrived",
    DiscrepancyKind.DAMAGED: "arrived damaged",
    DiscrepancyKind.WRONG_ITEM: "wrong item arrived",
    "servicing": "serviced wrongly",
    WRONG_PLACE: "sent to another place than ordered; it travels on",
}
_QUERIES: Mapping[str, str] = {
    QueryCode.UNKNOWN_LINE: "it charges what was not ordered from this supplier",
    QueryCode.AMBIGUOUS: "it does not say clearly what it charges",
    QueryCode.TOO_MANY: "it charges more copies than it may",
    QueryCode.NOT_SUPPLIED: "it charges copies that were not supplied",
    QueryCode.INVOICED_BEFORE: "it charges copies that were charged before",
    QueryCode.PRICE: "its price is not the ordered one",
    QueryCode.ARITHMETIC: "its amounts do not add up",
    QueryCode.NUMBER_REUSED: "its number was used before",
    QueryCode.NOTHING_TO_CREDIT: "it credits what was not charged",
}
_OUTCOMES: Mapping[str, str] = {
    SendOutcome.SENT: "sent",
    SendOutcome.UNKNOWN: "may not have arrived",
    SendOutcome.FAILED: "was not sent",
}
_LEGS: Mapping[str, str] = {
    Leg.DIRECT: "straight to the branch",
    Leg.TO_HUB: "to the hub",
    Leg.FROM_HUB: "from the hub",
}

_CHANGES: Mapping[str, str] = {
    ChangeKind.ADD_RULE: "new rule",
    ChangeKind.END_RULE: "end of a rule",
    ChangeKind.END_TRIAL: "end of a trial",
    ChangeKind.SWITCH: "switch",
    ChangeKind.END_CONTRACT: "end of a contract",
    ChangeKind.LIFT_CONTRACT_END: "contract that goes on",
    ChangeKind.ONE_PERSON: "no second person any more",
}

_COPY_STATES: Mapping[str, str] = {
    CopyState.ORDERED: "ordered, not sent yet",
    CopyState.SENT: "sent to the supplier",
    CopyState.ACCEPTED: "on order",
    CopyState.HELD: "held by the supplier",
    CopyState.BACK_ORDERED: "on back order",
    CopyState.DESPATCHED: "on the way",
    CopyState.AT_HUB: "at the hub",
}


def kind_in_words(code: str) -> str:
    """Returns what a message is about."""
    return _worded(_KINDS, code)


def discrepancy_in_words(code: str) -> str:
    """Returns how goods differ from the despatch."""
    return _worded(_DISCREPANCIES, code)


def query_in_words(code: str) -> str:
    """Returns why an invoice or credit note is queried."""
    return _worded(_QUERIES, code)


def change_in_words(code: str) -> str:
    """Returns what a change of rules or switches is."""
    return _worded(_CHANGES, code)


def outcome_in_words(code: str) -> str:
    """Returns what became of a message that was sent."""
    return _worded(_OUTCOMES, code)


def leg_in_words(code: str) -> str:
    """Returns which part of the way a consignment goes."""
    return _worded(_LEGS, code)


def copy_state_in_words(code: str) -> str:
    """Returns what a copy is."""
    return _worded(_COPY_STATES, code)


def _worded(table: Mapping[str, str], code: str) -> str:
    """Returns the words of a code; those in it where the table lacks it, because another service is newer than this one."""
    return table.get(code) or code.replace("_", " ")
