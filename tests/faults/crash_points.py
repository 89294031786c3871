"""The points at which processes are killed: before a commit, or after it but before the process knows of it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.faults.traps import Fate, Point

_SENDING, _SENT = "NEW.kind = 'order' AND NEW.state = 'sending'", "NEW.kind = 'order' AND NEW.state = 'sent'"
_WRITTEN, _APPLIED = "NEW.kind = 'order'", "NEW.state = 'applied'"
_HANDLED = "NEW.cause = 'suppliers.order.sent.v1'"
_MARKED = "OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL"
_BACK, _DONE = Fate.ROLLED_BACK, Fate.COMMITTED
# The processes of one round are killed at about the same time.
ROUNDS: Sequence[Sequence[Point]] = (
    (
        Point("a sending is noted, its offset not committed", "orders", "timeline", "INSERT", _DONE, _HANDLED),
        Point("an order went and is not yet noted as sent", "supplier-national", "message", "UPDATE", _BACK, _SENT),
        Point("an order went and is not yet noted as sent", "supplier-consortium", "message", "UPDATE", _BACK, _SENT),
        Point("a despatch is not yet kept", "delivery", "consignment", "INSERT", _BACK),
        Point("a copy is not yet shown as moved", "dashboard", "copy", "UPDATE", _BACK),
        Point("an event is not yet dealt with", "catalogue", "inbox", "INSERT", _BACK),
        Point("a change has a place and is not yet told", "lms", "change", "INSERT", _BACK),
    ),
    (
        Point("an order is booked and not answered", "orders", "purchase_order", "INSERT", _DONE),
        Point("an order is meant to go and did not", "supplier-national", "message", "UPDATE", _DONE, _SENDING),
        Point("an order is meant to go and did not", "supplier-consortium", "message", "UPDATE", _DONE, _SENDING),
        Point("a receipt is kept and not answered", "delivery", "receipt", "INSERT", _DONE),
        Point("a copy is shown as moved, its offset not committed", "dashboard", "copy", "UPDATE", _DONE),
        Point("an event is dealt with, its offset not committed", "catalogue", "inbox", "INSERT", _DONE),
        Point("a change is told, its offset not committed", "lms", "change", "INSERT", _DONE),
    ),
    (
        Point("an event went out and is not marked", "orders", "outbox", "UPDATE", _BACK, _MARKED),
        Point("a message is applied, the mailbox not cleared", "supplier-national", "message", "UPDATE", _DONE, _APPLIED),
        Point("an order is not yet written", "supplier-consortium", "message", "INSERT", _BACK, _WRITTEN),
        Point("a receipt is not yet kept", "delivery", "receipt", "INSERT", _BACK),
    ),
)
