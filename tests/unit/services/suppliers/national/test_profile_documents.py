"""The profiles that come with the adapter: two booksellers, one order, two dialects."""

from dataclasses import dataclass

import pytest

from local.stack.profiles_national import BOOKSELLERS, profile_document
from services.suppliers.contract import OrderToSend
from services.suppliers.national import NationalAdapter, NationalProfile
from services.suppliers.national.schema import profile_schema
from shared.clock import ManualClock
from shared.findings import Finding
from shared.formats import edifact, editeur
from shared.formats.editeur import OrderLine, Orders
from tests.unit.services.suppliers.national.conftest import LOWESTOFT, a_copy, a_line, an_order

AT_LEAST = 10


def profile_of(bookseller: str) -> NationalProfile:
    return NationalProfile.model_validate_json(profile_document(bookseller))


@pytest.mark.parametrize("bookseller", BOOKSELLERS)
def test_a_profile_loads_and_comes_back_the_same(bookseller: str) -> None:
    profile = profile_of(bookseller)

    assert profile.supplier_id == bookseller
    assert profile.mailbox.host.endswith(".example")
    assert NationalProfile.model_validate_json(profile.model_dump_json()) == profile


def test_the_two_differ_in_many_settings() -> None:
    first, second = (profile_of(name).dialect.model_dump() for name in BOOKSELLERS)

    assert len([name for name in first if first[name] != second[name]]) >= AT_LEAST


def test_the_schema_beside_them_is_that_of_the_code() -> None:
    assert profile_document("profile.schema") == profile_schema()


@dataclass(frozen=True)
class Said:
    """What an order line says, whatever the dialect."""

    number: str
    isbn: str
    title: str
    author: str
    quantity: int
    price: str
    line_key: str
    quoted: str
    copies: tuple[tuple[str, str, str, str, str, tuple[str, ...]], ...]


@pytest.fixture
def order() -> OrderToSend:
    full: dict[str, object] = {"sequence": "ANF", "shelfmark": "823.7 AUS", "servicing": ("BB", "BC")}
    first = a_line(copies=(a_copy(1, more=full), a_copy(2, LOWESTOFT)), quote_reference="Q1847-1")
    return an_order(first, a_line(line_key="SB-7K2M0000000000BB", isbn="9791032305690", author="Woolf, Virginia"))


def test_the_same_order_says_the_same_in_every_dialect(clock: ManualClock, order: OrderToSend) -> None:
    written = {name: _content(name, NationalAdapter(profile_of(name), None, clock), order) for name in BOOKSELLERS}

    assert written["albion"] == written["ridgeway"]
    first, second = written["albion"]
    assert (first.isbn, first.quantity, first.price, first.quoted) == ("9780141439518", 2, "8.99", "Q1847-1")
    assert first.copies[0] == ("001", "IPSW", "ADULT26", "ANF", "823.7 AUS", ("BB", "BC"))
    assert (second.line_key, second.author) == ("SB-7K2M0000000000BB", "Woolf, Virginia")


def _content(bookseller: str, adapter: NationalAdapter, order: OrderToSend) -> list[Said]:
    """The lines read back; what the dialect puts elsewhere is looked for there."""
    reading = edifact.read(adapter.write_order(order, 42).body)
    findings: list[Finding] = [*reading.findings]
    orders = editeur.read_message(reading.interchanges[0].messages[0], findings)
    assert isinstance(orders, Orders)
    assert findings == []
    assert orders.document.number.endswith(order.order_number)
    return [_said(bookseller, line) for line in orders.lines]


def _said(bookseller: str, line: OrderLine) -> Said:
    author = line.described("009") or ", ".join((line.described("010"), line.described("011")))
    sequence, shelfmark = ("LST", "LCL") if bookseller == "ridgeway" else ("LSQ", "LSM")
    copies = tuple(
        (copy.label, copy.first("LLO"), copy.first("LFN"), copy.first(sequence), copy.first(shelfmark), copy.all("LVC"))
        for copy in line.copies
    )
    return Said(
        number=line.number,
        isbn=line.articles[0].value,
        title=line.described("050"),
        author=author,
        quantity=int(line.quantity("21") or 0),
        price=str(line.price("AAE", "AAB")),
        line_key=line.reference("ON" if bookseller == "ridgeway" else "LI"),
        quoted=line.reference("QLI"),
        copies=copies,
    )


@pytest.mark.parametrize(
    ("albion", "ridgeway"),
    [
        ("UNA:+.? 'UNB+UNOC:3+5012345678900:14+5098765432100:14+", "UNB+UNOB:3+STOCKBRIDGE:ZZ+1741209:31B+"),
        ("+42++ORDERS'", "+00000042++++1+LIBRARY'\r\n"),
        ("UNH+1+ORDERS:D:96A:UN:EAN008'", "UNH+1+ORDERS:D:96A:UN'\r\n"),
        ("BGM+220+PO-2026-118+9'DTM+137:20260302:102'", "BGM+220+STK/PO-2026-118+9'\r\nDTM+137:202603021234:203'"),
        ("NAD+BY+5098765000019::9'", "NAD+BY+SFK01::91'"),
        ("NAD+DP+5012345678917::9'", "NAD+DP+SFK01-014::91'"),
        ("LIN+1++9780141439518:EN'PIA+5+0141439513:IB'", "LIN+1'\r\nPIA+5+9780141439518:EN'"),
        ("LOC+7+IPSW::92'", "+ANF:LST+823.7 AUS:LCL+"),
    ],
)
def test_each_shows_its_own_ways_on_the_wire(clock: ManualClock, order: OrderToSend, albion: str, ridgeway: str) -> None:
    to_albion, to_ridgeway = (
        NationalAdapter(profile_of(name), None, clock).write_order(order, 42).body.decode("latin-1") for name in BOOKSELLERS
    )

    assert albion in to_albion
    assert albion not in to_ridgeway
    assert ridgeway in to_ridgeway
    assert ridgeway not in to_albion


def test_only_an_order_of_selected_lines_answers_the_selection(clock: ManualClock) -> None:
    ours = NationalAdapter(profile_of("albion"), None, clock)
    selected, other = a_line(quote_reference="Q1847-1"), a_line(line_key="SB-2")

    answer = ours.write_order(an_order(selected), 1).body
    mixed = ours.write_order(an_order(selected, other), 2).body

    assert b"BGM+22V+PO-2026-118+9'" in answer
    assert b"RFF+QLI:Q1847-1'" in answer
    assert b"BGM+220+PO-2026-118+9'" in mixed
    assert mixed.count(b"RFF+QLI:") == 1
