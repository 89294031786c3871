"""Where each thing has its page. Pure."""

from __future__ import annotations

from urllib.parse import quote, urlencode
from uuid import UUID


def message(supplier_id: str, message_id: UUID | str) -> str:
    """Returns the page of a message in an exchange."""
    return f"/messages/{quote(supplier_id, safe='')}/{message_id}"


def messages(supplier_id: str, **narrowed: str) -> str:
    """Returns the list of a supplier's messages, narrowed as the list's filters are."""
    return f"/messages?{urlencode({'supplier': supplier_id, **narrowed})}"


def invoice(invoice_id: UUID | str) -> str:
    """Returns the page of an invoice or credit note."""
    return f"/invoices/{invoice_id}"


def order(order_id: UUID | str) -> str:
    """Returns the page of an order."""
    return f"/orders/{order_id}"


def copy(copy_id: UUID | str) -> str:
    """Returns the page of one copy."""
    return f"/copies/{copy_id}"


def file(message_id: UUID | str) -> str:
    """Returns the page of a file of an LMS's mailbox."""
    return f"/files/{message_id}"


def consignment(consignment_id: UUID | str) -> str:
    """Returns the page of a consignment."""
    return f"/deliveries/{consignment_id}"


def supplier(supplier_id: str) -> str:
    """Returns the page of a supplier."""
    return f"/suppliers/{quote(supplier_id, safe='')}"


def title(isbn: str) -> str:
    """Returns the page of a book in the catalogue."""
    return f"/catalogue/{quote(isbn, safe='')}"


def dead_letter(service: str, dead_letter_id: UUID | str) -> str:
    """Returns the page of a dead letter. `service`: its owner, `supplier-<id>` for an exchange."""
    return f"/dead-letters/{quote(service, safe='')}/{dead_letter_id}"


def proposal(proposal_id: UUID | str) -> str:
    """Returns the page of an order that a supplier proposes."""
    return f"/proposals/{proposal_id}"


def find(typed: str) -> str:
    """Returns the page of what is found by this."""
    return f"/find?{urlencode({'q': typed})}"
