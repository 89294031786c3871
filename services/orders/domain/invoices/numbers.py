"""Decides what a document is whose number its supplier used before: sent again, corrected, another one, or a doubt. Pure.

Compares it with the earlier documents of its council, supplier, number and direction (invoice or credit note):

| earlier document | the new document |
|---|---|
| has the same content: dates, lines, references, amounts | is the same one sent again, and is only noted |
| is dated more than six months before or after | is another one: suppliers start their numbers again every year |
| is still queried | corrects it: replaces its content, and is matched instead of it |
| is matched or rejected | is queried as `number_reused`: only a person can tell a correction from a mistake |

A message that is read again replaces its own queried reading whatever the dates are, but never the reading of a later message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.orders.domain.invoices.invoice import Invoice, InvoiceState

_ANOTHER_DOCUMENT = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class EarlierInvoice:
    """An invoice that arrived before under the same number. `replaced` are the messages whose content it no longer has."""

    invoice_id: UUID
    message_id: UUID
    fingerprint: bytes
    state: InvoiceState
    invoiced_on: date
    replaced: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a document is among the earlier ones of its number. `reused`: one of them was decided, so a person must look.

    `repeats` is the one that it only repeats, `corrects` the queried one that it replaces; neither where it is a document more.
    """

    repeats: EarlierInvoice | None = None
    corrects: EarlierInvoice | None = None
    reused: bool = False


def standing_of(new: Invoice, earlier: Sequence[EarlierInvoice]) -> Standing:
    """Returns what a new document is among those that arrived before under its number, oldest first."""
    waiting = [known for known in earlier if known.state is InvoiceState.QUERIED]
    reread = next((known for known in waiting if known.message_id == new.message_id), None)
    if reread is None:
        repeated = next((known for known in earlier if _holds(known, new)), None)
        if repeated is not None:
            return Standing(repeats=repeated)
    near = [known for known in earlier if abs(known.invoiced_on - new.document.invoiced_on) <= _ANOTHER_DOCUMENT]
    corrects = reread or next((known for known in reversed(near) if known in waiting), None)
    return Standing(corrects=corrects, reused=any(known != corrects for known in near))


def _holds(known: EarlierInvoice, new: Invoice) -> bool:
    return known.fingerprint == new.fingerprint or new.message_id in known.replaced
