"""A consortium adapter and the facts it is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from local.stack.profiles_consortium import consortium_profile, consortium_secrets
from services.suppliers.consortium import Consortium, adapter
from services.suppliers.contract import OrderToSend, RawMessage, Reading
from shared.contracts.base import Money, Place
from shared.contracts.orders import OrderedCopy, OrderedLine
from shared.contracts.stated import ItemData

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def consortium() -> Consortium:
    """The adapter with one council's account."""
    profile = consortium_profile("https://consortium.example", Path("ca.pem"), {"GB-SFK": "5098765000019"})
    return adapter(profile, consortium_secrets())


@pytest.fixture
def order() -> OrderToSend:
    """Two copies of one title with every field set, one copy of another with as few as can be."""
    return OrderToSend(
        council="GB-SFK",
        order_id="0d9f6f4e-2f5b-4f0e-9a52-6f2d5f0a9c11",
        order_number="SFK-2026-0417",
        placed_at=datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
        lines=(
            OrderedLine(
                line_key="SB-0000000000000001",
                line_number=1,
                supplier_id="consortium",
                isbn="9780141439518",
                title="Pride and Prejudice",
                author="Austen, Jane",
                unit_price=Money(minor=799),
                copies=(
                    OrderedCopy(
                        copy_id=UUID(int=1),
                        copy_number=1,
                        branch=Place(code="IPSW", name="Ipswich", gln="5098765000026"),
                        fund="ADFIC",
                        sequence="ANF",
                        shelfmark="823.7",
                        servicing=("BC", "BJ"),
                        item=ItemData(stock_category="BK"),
                    ),
                    OrderedCopy(copy_id=UUID(int=2), copy_number=2, branch=Place(code="LOWE"), fund="ADFIC"),
                ),
            ),
            OrderedLine(
                line_key="SB-0000000000000002",
                line_number=2,
                supplier_id="consortium",
                isbn="9780141439563",
                copies=(OrderedCopy(copy_id=UUID(int=3), copy_number=1, branch=Place(code="IPSW"), fund="ADFIC"),),
            ),
        ),
    )


@pytest.fixture
def read_sample(consortium: Consortium) -> Callable[[str], Reading]:
    """Reads the sample of a situation, by its file's name."""

    def read(situation: str) -> Reading:
        return consortium.read(RawMessage(situation, (SAMPLES / f"{situation}.json").read_bytes()))

    return read


@pytest.fixture
def golden() -> Callable[[str, bytes], tuple[str, str]]:
    """A written body and the text of the golden file it must equal, both laid out for people, keys in their order."""

    def pair(name: str, body: bytes) -> tuple[str, str]:
        written = json.dumps(json.loads(body), indent=2, ensure_ascii=False) + "\n"
        return written, (SAMPLES / f"{name}.json").read_text(encoding="utf-8")

    return pair
