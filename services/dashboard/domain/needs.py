"""The needs shown at the top of the page: what needs a person, in words, and advice on what to do. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.dashboard.domain.figures import StateFigures, SupplierFigures, Totals
from services.dashboard.domain.troubles import CANCELLATION_PATIENCE, CLAIM_PATIENCE, Troubles, WaitingItem
from shared.contracts.orders import CopyState
from shared.wording import time_in_words


class Urgency(StrEnum):
    """How soon a person must act: work has stopped until then (`now`), or it goes on (`today`)."""

    NOW = "now"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a copy may stay in a state before it counts as overdue, and what a person then does."""

    longest: timedelta
    advice: str
    urgency: Urgency = Urgency.TODAY


PATIENCE: Mapping[CopyState, Patience] = {
    CopyState.ORDERED: Patience(timedelta(hours=1), "Check the supplier's exchange: the order has not been sent.", Urgency.NOW),
    CopyState.SENT: Patience(timedelta(days=2), "Ask the supplier whether the order arrived: it has not answered."),
    CopyState.ACCEPTED: Patience(
        timedelta(days=28), "Ask the supplier when it will send the books, or cancel and order elsewhere."
    ),
    CopyState.HELD: Patience(timedelta(days=7), "Answer the supplier's question: it holds the line until you do."),
    CopyState.BACK_ORDERED: Patience(timedelta(days=56), "Decide whether to wait, or cancel and order elsewhere."),
    CopyState.DESPATCHED: Patience(
        timedelta(days=7), "Ask the branch whether the parcel arrived and was not scanned; if it did not arrive, claim it."
    ),
    CopyState.AT_HUB: Patience(timedelta(days=7), "Ask the stock unit why the van has not taken them."),
    CopyState.MISSING: Patience(CLAIM_PATIENCE, "Claim them again: the supplier has not sent replacements."),
    CopyState.DAMAGED: Patience(CLAIM_PATIENCE, "Claim them again: the supplier has not sent replacements."),
}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs a person: what it is, how many, from which suppliers, since when, what to do about it.

    `section` is the part of the page that lists the items. `suppliers` and `since` describe the listed items, longest
    waiting first; they are empty and none where nothing is listed.
    """

    kind: str
    urgency: Urgency
    count: int
    what: str
    advice: str
    section: str
    suppliers: Sequence[str] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Wording:
    """The words of a need: for one item and for several, and the advice."""

    urgency: Urgency
    section: str
    one: str
    several: str
    advice: str


_WORDINGS = {
    "account_stopped": _Wording(
        Urgency.NOW,
        "suppliers",
        "supplier stopped the account",
        "suppliers stopped the account",
        "Call the supplier: it refuses every order until the account is open again.",
    ),
    "sendings": _Wording(
        Urgency.NOW,
        "sendings",
        "order message that may not have arrived",
        "order messages that may not have arrived",
        "Ask the supplier whether it has the order; then release or resend the message in the exchange.",
    ),
    "quarantined": _Wording(
        Urgency.NOW,
        "quarantine",
        "message in quarantine",
        "messages in quarantine",
        "Read the reason. Map a wrong reference, or ask the supplier to send a broken file again; "
        "then replay or discard the message in the exchange.",
    ),
    "held": _Wording(
        Urgency.NOW,
        "held",
        "file of a library system that waits",
        "files of library systems that wait",
        "Read the reason: an order of it may not have been placed. Correct what it names; then replay or discard the file in the "
        "mailbox's messages.",
    ),
    "quiet": _Wording(
        Urgency.TODAY,
        "quiet",
        "supplier feed gone quiet",
        "supplier feeds gone quiet",
        "Check whether the connection works; if it does, ask the supplier why it sends no messages.",
    ),
    "decisions": _Wording(
        Urgency.TODAY,
        "decisions",
        "ordered line that asks for a decision",
        "ordered lines that ask for a decision",
        "Decide as the line says; then tell the supplier, or cancel the copies in the order book.",
    ),
    "invoices": _Wording(
        Urgency.TODAY,
        "invoices",
        "invoice queried",
        "invoices queried",
        "Ask the supplier about the reasons shown; then accept or reject the invoice in the order book.",
    ),
    "discrepancies": _Wording(
        Urgency.TODAY,
        "discrepancies",
        "discrepancy in deliveries",
        "discrepancies in deliveries",
        "Claim what is missing or damaged; return or keep what was not ordered.",
    ),
    "late": _Wording(
        Urgency.TODAY,
        "late",
        "consignment overdue",
        "consignments overdue",
        "Ask the branch or hub whether the goods arrived and were not scanned; if they did not arrive, ask the supplier.",
    ),
    "cancellations": _Wording(
        Urgency.TODAY,
        "cancellations",
        f"cancellation unanswered for more than {time_in_words(CANCELLATION_PATIENCE)}",
        f"cancellations unanswered for more than {time_in_words(CANCELLATION_PATIENCE)}",
        "Ask the supplier whether it can still cancel; until it answers, the books may still arrive.",
    ),
}


def needs_of(states: Sequence[StateFigures], suppliers: Sequence[SupplierFigures], troubles: Troubles) -> list[Need]:
    """Returns what needs a person, most urgent first; empty when all is in order."""
    stopped = [WaitingItem(card.supplier_id, None) for card in suppliers if card.account_stopped]
    counts = {**troubles.counts, "account_stopped": len(stopped)}
    waiting = {**troubles.waiting_items(), "account_stopped": stopped}
    needs = [_need(kind, counts[kind], wording, waiting[kind]) for kind, wording in _WORDINGS.items()]
    needs += [_overdue(figures) for figures in states if figures.state in PATIENCE]
    return sorted((need for need in needs if need.count), key=lambda need: need.urgency is not Urgency.NOW)


def _need(kind: str, count: int, wording: _Wording, waiting: Sequence[WaitingItem]) -> Need:
    what = wording.one if count == 1 else wording.several
    suppliers = list(dict.fromkeys(waiter.supplier_id for waiter in waiting if waiter.supplier_id))
    since = waiting[0].since if waiting else None
    return Need(kind, wording.urgency, count, what, wording.advice, wording.section, suppliers, since)


def _overdue(figures: StateFigures) -> Need:
    patience = PATIENCE[figures.state]
    state = figures.state.replace("_", " ")
    rest = f"{state} for more than {time_in_words(patience.longest)}"
    wording = _Wording(patience.urgency, "states", f"copy {rest}", f"copies {rest}", patience.advice)
    waiting = [] if figures.oldest is None else [WaitingItem(figures.oldest.supplier_id, figures.oldest.since)]
    return _need(f"overdue_{figures.state}", figures.overdue, wording, waiting)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the overview page, for one `council`; none means all councils."""

    at: datetime
    council: str | None
    needs: Sequence[Need]
    totals: Totals
    states: Sequence[StateFigures]
    suppliers: Sequence[SupplierFigures]
    troubles: Troubles
