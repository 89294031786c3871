"""A bookseller's adapter as a bookseller's profile makes it, and an order with everything in it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

import asyncssh
import pytest

from services.suppliers.contract import OrderToSend
from services.suppliers.national import NationalAdapter, NationalProfile
from services.suppliers.national.connection import Credentials
from services.suppliers.national.dialect import Dialect
from shared.clock import ManualClock
from shared.contracts.base import Money, Place
from shared.contracts.orders import OrderedCopy, OrderedLine

HOST_KEY = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
SUFFOLK = "GB-SFK"
IPSWICH = Place(code="IPSW", name="Ipswich Library", gln="5012345678917")
LOWESTOFT = Place(code="LOWE", name="Lowestoft Library")


def a_profile(**dialect: object) -> NationalProfile:
    return NationalProfile.model_validate(
        {
            "supplier_id": "albion",
            "name": "Albion Library Booksellers",
            "capabilities": ["cancels", "delivers_direct", "supplies_records"],
            "deduplicates": True,
            "accounts": {
                SUFFOLK: {"gln": "5012345678900", "account_number": "SFK01", "delivery_accounts": {"IPSW": "SFK01-014"}}
            },
            "our_gln": "5012345678900",
            "our_code": "STOCKBRIDGE",
            "supplier_gln": "5098765432100",
            "supplier_code": "1741209",
            "mailbox": {"host": "127.0.0.1", "user": "stockbridge", "host_keys": [HOST_KEY]},
            "dialect": Dialect.model_validate(dialect),
        }
    )


def an_adapter(clock: ManualClock, **dialect: object) -> NationalAdapter:
    return NationalAdapter(a_profile(**dialect), Credentials(None, "secret"), clock)


def a_copy(number: int, branch: Place = IPSWICH, more: Mapping[str, object] | None = None) -> OrderedCopy:
    return OrderedCopy.model_validate(
        {"copy_id": uuid4(), "copy_number": number, "branch": branch, "fund": "ADULT26"} | dict(more or {})
    )


def a_line(**more: object) -> OrderedLine:
    given: dict[str, object] = {
        "line_key": "SB-7K2M0000000000AA",
        "line_number": 1,
        "supplier_id": "albion",
        "isbn": "9780141439518",
        "title": "Pride and prejudice",
        "author": "Austen, Jane",
        "unit_price": Money(minor=899),
        "copies": (a_copy(1),),
    }
    return OrderedLine.model_validate(given | more)


def an_order(*lines: OrderedLine) -> OrderToSend:
    placed_at = datetime(2026, 3, 2, 12, 34, tzinfo=UTC)
    return OrderToSend(SUFFOLK, str(uuid4()), "PO-2026-118", placed_at, lines or (a_line(),))


@pytest.fixture
def adapter(clock: ManualClock) -> NationalAdapter:
    return an_adapter(clock)


@pytest.fixture
def shelf_ready_order() -> OrderToSend:
    """Three copies for two branches, one of them with more servicing than one GIR holds; and a second, plain line."""
    full: dict[str, object] = {"sequence": "ANF", "shelfmark": "823.7 AUS"}
    copies = (
        a_copy(1, IPSWICH, full | {"servicing": ("BB", "BC")}),
        a_copy(2, IPSWICH, full | {"servicing": ("BB",)}),
        a_copy(3, LOWESTOFT, {"sequence": "ANF"}),
    )
    second = a_line(
        line_key="SB-7K2M0000000000BB",
        line_number=2,
        isbn="9791032305690",
        title="L'été où tout a fondu : un roman dont le titre est si long qu'il ne tient pas sur deux fois trente-cinq",
        author="Tiffany McDaniel",
        unit_price=None,
    )
    return an_order(a_line(copies=copies), second)
