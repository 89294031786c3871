"""What needs a person, in words, with what that person does about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.dashboard.domain.figures import StateFigures, SupplierFigures, Totals
from services.dashboard.domain.troubles import CANCELLATION_PATIENCE, Troubles, Waiter
from shared.contracts.orders import CopyState


class Urgency(StrEnum):
    """`now` stops work until somebody acts; `today` does not."""

    NOW = "now"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a copy may stay in a state before somebody should ask, and what that person does."""

    longest: timedelta
    advice: str
    urgency: Urgency = Urgency.TODAY


PATIENCE: Mapping[CopyState, Patience] = {
    CopyState.ORDERED: Patience(timedelta(hours=1), "Look at the supplier's exchange: the order has not left us.", Urgency.NOW),
    CopyState.SENT: Patience(timedelta(days=2), "Ask the supplier whether the order arrived: it has not answered."),
    CopyState.ACCEPTED: Patience(timedelta(days=28), "Ask the supplier when the books come, or cancel and order elsewhere."),
    CopyState.HELD: Patience(timedelta(days=7), "Answer what the supplier asks: it holds the line until then."),
    CopyState.BACK_ORDERED: Patience(timedelta(days=56), "Decide whether to wait, or cancel and order elsewhere."),
    CopyState.DESPATCHED: Patience(timedelta(days=7), "Ask the branch whether the parcel is there unscanned; if not, claim it."),
    CopyState.AT_HUB: Patience(timedelta(days=7), "Ask the stock unit why the van has not taken them."),
    CopyState.MISSING: Patience(timedelta(days=14), "Claim them again: the supplier has not sent others."),
    CopyState.DAMAGED: Patience(timedelta(days=14), "Claim them again: the supplier has not sent others."),
}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs a person: what, how many, whose, since when, what to do, which part of the page shows them.

    `suppliers` and `since` are of what is listed, longest waiting first; empty and none where nothing is listed.
    """

    kind: str
    urgency: Urgency
    count: int
    what: str
    advice: str
    section: str
    suppliers: Sequence[str] = ()
    since: datetime | None = None


def in_words(length: timedelta) -> str:
    """A length of time as people say it: minutes below an hour, hours below two days, then days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return _counted(minutes, "minute")
    if minutes < 48 * 60:
        return _counted(minutes // 60, "hour")
    return _counted(minutes // (24 * 60), "day")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True, slots=True)
class _Wording:
    """How a need is put, for one and for several."""

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
        "Ring the supplier: it refuses every order until the account is open again.",
    ),
    "sendings": _Wording(
        Urgency.NOW,
        "sendings",
        "order message of uncertain fate",
        "order messages of uncertain fate",
        "Ask the supplier whether it has the order; then release or resend the message in the exchange.",
    ),
    "quarantined": _Wording(
        Urgency.NOW,
        "quarantine",
        "message in quarantine",
        "messages in quarantine",
        "Read the reason: map a wrong reference, ask for a broken file anew; then replay or discard the message in the exchange.",
    ),
    "quiet": _Wording(
        Urgency.TODAY,
        "quiet",
        "supplier feed gone quiet",
        "supplier feeds gone quiet",
        "Look whether their connection works; if it does, ask the supplier what holds the messages up.",
    ),
    "invoices": _Wording(
        Urgency.TODAY,
        "invoices",
        "invoice questioned",
        "invoices questioned",
        "Ask the supplier about the reasons given; then accept the invoice or send it back in the order book.",
    ),
    "discrepancies": _Wording(
        Urgency.TODAY,
        "discrepancies",
        "discrepancy in deliveries",
        "discrepancies in deliveries",
        "Claim what is missing or damaged; return or keep what is too much.",
    ),
    "late": _Wording(
        Urgency.TODAY,
        "late",
        "consignment overdue",
        "consignments overdue",
        "Ask the place whether the goods are there unscanned; if not, ask the supplier.",
    ),
    "cancellations": _Wording(
        Urgency.TODAY,
        "cancellations",
        f"cancellation unanswered for more than {in_words(CANCELLATION_PATIENCE)}",
        f"cancellations unanswered for more than {in_words(CANCELLATION_PATIENCE)}",
        "Ask the supplier whether it can still cancel; until it answers, the books may come.",
    ),
}


def needs_of(states: Sequence[StateFigures], suppliers: Sequence[SupplierFigures], troubles: Troubles) -> list[Need]:
    """What needs a person, most urgent first; empty when all is in order."""
    stopped = [Waiter(card.supplier_id, None) for card in suppliers if card.account_stopped]
    counts = {**troubles.counts, "account_stopped": len(stopped)}
    waiting = {**troubles.waiters(), "account_stopped": stopped}
    needs = [_need(kind, counts[kind], wording, waiting[kind]) for kind, wording in _WORDINGS.items()]
    needs += [_overdue(figures) for figures in states if figures.state in PATIENCE]
    return sorted((need for need in needs if need.count), key=lambda need: need.urgency is not Urgency.NOW)


def _need(kind: str, count: int, wording: _Wording, waiting: Sequence[Waiter]) -> Need:
    what = wording.one if count == 1 else wording.several
    suppliers = list(dict.fromkeys(waiter.supplier_id for waiter in waiting))
    since = waiting[0].since if waiting else None
    return Need(kind, wording.urgency, count, what, wording.advice, wording.section, suppliers, since)


def _overdue(figures: StateFigures) -> Need:
    patience = PATIENCE[figures.state]
    state = figures.state.replace("_", " ")
    rest = f"{state} for more than {in_words(patience.longest)}"
    wording = _Wording(patience.urgency, "states", f"copy {rest}", f"copies {rest}", patience.advice)
    waiting = [] if figures.oldest is None else [Waiter(figures.oldest.supplier_id, figures.oldest.since)]
    return _need(f"overdue_{figures.state}", figures.overdue, wording, waiting)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the overview page. `council` is the only one shown; none means all."""

    at: datetime
    council: str | None
    needs: Sequence[Need]
    totals: Totals
    states: Sequence[StateFigures]
    suppliers: Sequence[SupplierFigures]
    troubles: Troubles
