"""ORDERS and ORDCHG to the byte."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.suppliers.contract import CancellationToSend, Kind, OrderToSend
from services.suppliers.national import NationalAdapter
from shared.clock import ManualClock
from shared.contracts.base import Money, Place, PlaceKind
from shared.contracts.orders import OrderedLine
from shared.findings import Severity
from shared.formats import edifact
from tests.unit.services.suppliers.national.conftest import IPSWICH, LOWESTOFT, SUFFOLK, a_copy, a_line, an_adapter, an_order

FILES = Path(__file__).parent / "files"


def golden(name: str) -> bytes:
    """An expected interchange; the file has a line break after each segment, the wire has none."""
    return (FILES / name).read_bytes().replace(b"'\n", b"'")


def segments(body: bytes, tag: str) -> list[str]:
    """The segments of a tag as they stand in a message whose texts hold no released terminator."""
    return [segment for segment in body.decode("latin-1").split("'") if segment.startswith(f"{tag}+")]


def test_an_order_with_copies_for_several_branches_is_written_exactly(
    adapter: NationalAdapter, shelf_ready_order: OrderToSend
) -> None:
    message = adapter.write_order(shelf_ready_order, 42)

    assert message.body == golden("written_order_for_two_branches.edi")
    assert (message.kind, message.reference, message.name) == (Kind.ORDER, 42, "0000000042-orders.edi")


def test_a_rush_order_is_written_as_one_and_is_the_same_otherwise(
    adapter: NationalAdapter, shelf_ready_order: OrderToSend
) -> None:
    message = adapter.write_order(replace(shelf_ready_order, rush=True), 42)

    assert message.body == golden("written_order_for_two_branches.edi").replace(b"BGM+220+", b"BGM+224+")


def test_a_rush_order_of_selected_titles_says_which_they_are(adapter: NationalAdapter) -> None:
    order = an_order(a_line(quote_reference="SEL-114/3"))
    bodies = [adapter.write_order(replace(order, rush=rush), 42).body for rush in (False, True)]

    assert [segments(body, "BGM")[0].split("+")[1] for body in bodies] == ["22V", "224"]
    assert ["RFF+QLI:SEL-114/3" in segments(body, "RFF") for body in bodies] == [True, True]


def test_a_cancellation_of_some_copies_is_written_exactly(adapter: NationalAdapter, shelf_ready_order: OrderToSend) -> None:
    first, second = shelf_ready_order.lines
    lines = ((first, (2, 3)), (second, (1,)))
    cancellation = CancellationToSend(SUFFOLK, "x", "PO-2026-118", "Ordered twice by mistake", lines)

    message = adapter.write_cancellation(cancellation, 43)

    assert message.body == golden("written_cancellation_of_some_copies.edi")
    assert (message.kind, message.name) == (Kind.CANCELLATION, "0000000043-ordchg.edi")


def test_an_order_gives_back_what_is_known_about_a_copy(clock: ManualClock) -> None:  # case A13
    note = "Laminate before the label is put on, please"
    item = {"stock_category": "BK", "classification": "823.912", "value": "7.19", "servicing_note": note}
    line = a_line(copies=(a_copy(1, more={"shelfmark": "823.912 CLA", "item": item}),))

    (first, second) = segments(an_adapter(clock).write_order(an_order(line), 1).body, "GIR")

    assert first == "GIR+001+IPSW:LLO+ADULT26:LFN+823.912 CLA:LSM+BK:LST+823.912:LCL"
    assert second == "GIR+001+7.19:LCV+Laminate before the label is put:LVT+on, please:LVT"


@pytest.mark.parametrize(
    ("dialect", "gir"),
    [
        ({}, "GIR+001+IPSW:LLO+ADULT26:LFN+BK:LST+823.9:LCL"),
        ({"copies": {"shelfmark": "LCL", "sequence": "LST"}}, "GIR+001+IPSW:LLO+ADULT26:LFN+823.9:LCL"),
    ],
    ids=["as the supplier gave it", "codes that mean something else to the supplier"],
)
def test_a_class_that_is_the_shelf_mark_is_written_once(clock: ManualClock, dialect: dict[str, object], gir: str) -> None:
    item = {"stock_category": "BK", "classification": "823.9"}
    line = a_line(copies=(a_copy(1, more={"shelfmark": "823.9", "item": item}),))

    assert segments(an_adapter(clock, **dialect).write_order(an_order(line), 1).body, "GIR") == [gir]


@pytest.mark.parametrize(
    ("quoted", "written"),
    [
        ("SO77/1", ["RFF+LI:SB-7K2M0000000000AA", "RFF+SLI:SO77/1"]),
        ("Q-9", ["RFF+LI:SB-7K2M0000000000AA", "RFF+QLI:Q-9", "RFF+SLI:SO77/1"]),
    ],
)
def test_a_line_goes_back_under_the_supplier_s_own_references(
    clock: ManualClock, quoted: str, written: list[str]
) -> None:  # case A14
    line = a_line(quote_reference=quoted, supplier_references={"line": "SO77/1", "article": "BK-20417"})

    body = an_adapter(clock).write_order(an_order(line), 1).body

    assert segments(body, "RFF")[-len(written) :] == written
    assert segments(body, "PIA") == ["PIA+5+0141439513:IB", "PIA+1+BK-20417:SA"]
    assert segments(body, "BGM")[0].startswith("BGM+22V")


def test_a_cancellation_names_the_line_as_the_supplier_does(clock: ManualClock) -> None:
    line = a_line(quote_reference="Q-9", supplier_references={"line": "SO77/1"})
    cancellation = CancellationToSend(SUFFOLK, "x", "PO-2026-118", "Ordered twice", ((line, (1,)),))

    body = an_adapter(clock).write_cancellation(cancellation, 1).body

    assert segments(body, "RFF")[-2:] == ["RFF+LI:SB-7K2M0000000000AA", "RFF+SLI:SO77/1"]


def test_a_record_request_is_a_column_of_isbns(adapter: NationalAdapter) -> None:
    message = adapter.write_record_request(["9780141439518", "9780141439600"], 44)

    assert message.body == b"isbn\r\n9780141439518\r\n9780141439600\r\n"
    assert (message.kind, message.name) == (Kind.RECORD_REQUEST, "0000000044-isbns.csv")


def test_a_day_is_the_councils_day(
    adapter: NationalAdapter, shelf_ready_order: OrderToSend, clock: ManualClock
) -> None:  # case B7
    late = replace(shelf_ready_order, placed_at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    winter = replace(shelf_ready_order, placed_at=datetime(2026, 12, 1, 23, 30, tzinfo=UTC))
    cancelled = CancellationToSend(SUFFOLK, "x", "PO-1", "", ((a_line(), (1,)),))
    clock.advance(datetime(2026, 7, 1, 23, 30, tzinfo=UTC) - clock.now())

    bodies = [
        adapter.write_order(late, 1).body,
        adapter.write_cancellation(cancelled, 2).body,
        adapter.write_order(winter, 3).body,
    ]

    assert [segments(body, "DTM") for body in bodies] == [
        ["DTM+137:20260702:102"],
        ["DTM+137:20260702:102"],
        ["DTM+137:20261201:102"],
    ]
    assert [segments(body, "UNB")[0].split("+")[4] for body in bodies] == ["260702:0030", "260702:0030", "261201:2330"]


def test_the_same_order_and_reference_give_the_same_bytes(adapter: NationalAdapter, shelf_ready_order: OrderToSend) -> None:
    assert adapter.write_order(shelf_ready_order, 7) == adapter.write_order(shelf_ready_order, 7)


def test_what_is_written_is_read_back_without_a_finding(adapter: NationalAdapter, shelf_ready_order: OrderToSend) -> None:
    reading = edifact.read(adapter.write_order(shelf_ready_order, 1).body)

    assert reading.findings == ()
    assert reading.interchanges[0].control_reference == "1"


def test_a_title_outside_the_charset_is_transliterated_and_the_line_says_so(adapter: NationalAdapter) -> None:
    written = adapter.write_order(an_order(a_line(title="Łódź \u2013 “Mężczyzna” 漢", author="Wałęsa, Élodie")), 1)
    body = written.body

    assert segments(body, "IMD") == ["IMD+L+010+:::Walesa", "IMD+L+011+:::Élodie", 'IMD+L+050+:::Lódz - "Mezczyzna" ??']
    assert segments(body, "FTX") == ["FTX+LIN+++Title or author transliterated; the ISBN is exact"]
    assert [(finding.code, finding.severity) for finding in written.findings] == [
        ("national-transliterated", Severity.WARNING),
        ("national-transliterated", Severity.INFO),
    ]
    assert "'漢' cannot be spelt" in written.findings[0].text


def test_decomposed_accents_are_composed_before_they_are_written(adapter: NationalAdapter) -> None:  # case B7
    line = a_line(
        title="Garci\u0301a man\u0303ana", author="Bronte\u0308, Emily", copies=(a_copy(1, more={"fund": "Cafe\u0301"}),)
    )

    written = adapter.write_order(an_order(line), 1)

    assert segments(written.body, "IMD") == ["IMD+L+010+:::Brontë", "IMD+L+011+:::Emily", "IMD+L+050+:::García mañana"]
    assert "Café:LFN" in segments(written.body, "GIR")[0]
    assert (segments(written.body, "FTX"), written.findings) == ([], ())


@pytest.mark.parametrize(
    ("title", "sent"),
    [
        ("Война и мир", "Voyna i mir"),
        ("Οδύσσεια", "Odysseia"),
        ("Nguyễn Ngọc Tư", "Nguyen Ngoc Tu"),
        ("Œuvre… Đorđe Žižek", "Oeuvre... Dorde Zizek"),
        ("x\u030c a\u200cb", "x ab"),
        ("Straße, Ærø, þing", "Straße, Ærø, þing"),
    ],
)
def test_what_the_charset_lacks_is_spelt_in_other_letters(adapter: NationalAdapter, title: str, sent: str) -> None:
    written = adapter.write_order(an_order(a_line(title=title, author="")), 1)

    assert segments(written.body, "IMD") == [f"IMD+L+050+:::{sent}"]
    assert len(written.findings) == (title != sent)


def test_a_reason_for_cancelling_is_transliterated_with_a_finding(adapter: NationalAdapter) -> None:
    cancelled = CancellationToSend(SUFFOLK, "x", "PO-1", "Łódź has it", ((a_line(), (1,)),))

    written = adapter.write_cancellation(cancelled, 2)

    assert segments(written.body, "FTX") == ["FTX+GEN+++Lódz has it"]
    assert [finding.severity for finding in written.findings] == [Severity.INFO]


def test_a_title_within_the_charset_is_left_alone(adapter: NationalAdapter) -> None:
    body = adapter.write_order(an_order(a_line(title="Les misérables")), 1).body

    assert "IMD+L+050+:::Les misérables".encode("latin-1") in body
    assert segments(body, "FTX") == []


def test_a_dialect_in_utf_8_needs_no_transliteration(clock: ManualClock) -> None:
    body = an_adapter(clock, charset="UNOY").write_order(an_order(a_line(title="Łódź")), 1).body

    assert "IMD+L+050+:::Łódź".encode() in body
    assert segments(body, "FTX") == []


def test_a_dialect_of_capitals_only_gets_capitals(clock: ManualClock) -> None:
    body = an_adapter(clock, charset="UNOA").write_order(an_order(a_line(author="Brontë, Emily")), 1).body

    assert segments(body, "IMD")[:2] == ["IMD+L+010+:::BRONTE", "IMD+L+011+:::EMILY"]


def test_a_dialect_may_put_shelfmarks_under_another_code_and_mark_everything_as_test(clock: ManualClock) -> None:
    order = an_order(a_line(copies=(a_copy(1, more={"shelfmark": "823.7"}),)))

    body = an_adapter(clock, copies={"shelfmark": "LCL"}, test=True, association="EAN005").write_order(order, 1).body

    assert segments(body, "GIR") == ["GIR+001+IPSW:LLO+ADULT26:LFN+823.7:LCL"]
    assert segments(body, "UNB")[0].endswith("+1++ORDERS++++1")
    assert segments(body, "UNH") == ["UNH+1+ORDERS:D:96A:UN:EAN005"]


def test_copies_for_one_branch_need_no_split(adapter: NationalAdapter) -> None:
    body = adapter.write_order(an_order(a_line(copies=(a_copy(1, LOWESTOFT), a_copy(2, LOWESTOFT)))), 1).body

    assert segments(body, "LOC") == []
    assert segments(body, "NAD")[-1] == "NAD+DP+LOWE::92"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (a_line(copies=(a_copy(1, more={"fund": "Łódź"}),)), "GIR LFN"),
        (a_line(copies=(a_copy(1, more={"shelfmark": "x" * 36}),)), "longer than the 35"),
    ],
)
def test_codes_that_cannot_be_written_are_refused_by_name(adapter: NationalAdapter, line: OrderedLine, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        adapter.write_order(an_order(line), 1)


def test_an_article_that_is_no_book_is_ordered_by_its_ean(adapter: NationalAdapter) -> None:
    body = adapter.write_order(an_order(a_line(isbn="5050582000016", material="dvd")), 1).body

    assert segments(body, "LIN") == ["LIN+1++5050582000016:EN"]
    assert segments(body, "PIA") == []


def test_one_title_on_two_lines_is_written_as_two_lines(adapter: NationalAdapter) -> None:
    body = adapter.write_order(an_order(a_line(), a_line(line_key="SB-7K2M0000000000BB", line_number=2)), 1).body

    assert segments(body, "LIN") == ["LIN+1++9780141439518:EN", "LIN+2++9780141439518:EN"]
    assert segments(body, "RFF")[-2:] != segments(body, "RFF")[-1:] * 2


def test_an_order_in_two_currencies_is_refused(adapter: NationalAdapter) -> None:
    lines = (a_line(), a_line(unit_price=Money(minor=1200, currency="EUR")))

    with pytest.raises(ValueError, match="one currency"):
        adapter.write_order(an_order(*lines), 1)


@pytest.mark.parametrize(
    ("minor", "currency", "price"), [(1200, "JPY", "1200"), (5250, "KWD", "5.25"), (1201, "KWD", "1.201"), (1200, "GBP", "12")]
)
def test_a_price_has_the_decimals_of_its_currency(adapter: NationalAdapter, minor: int, currency: str, price: str) -> None:
    body = adapter.write_order(an_order(a_line(unit_price=Money(minor=minor, currency=currency))), 1).body

    assert segments(body, "PRI") == [f"PRI+AAE:{price}"]


def test_an_order_of_a_council_without_account_is_refused(adapter: NationalAdapter, shelf_ready_order: OrderToSend) -> None:
    stranger = OrderToSend("GB-NFK", "x", "PO-1", shelf_ready_order.placed_at, shelf_ready_order.lines)

    with pytest.raises(ValueError, match="no account for council 'GB-NFK'"):
        adapter.write_order(stranger, 1)


HUB = Place(code="CSU", kind=PlaceKind.HUB, name="Central stock unit", gln="5012345670201")


def test_copies_unpacked_at_one_place_name_it_once_and_their_branches_as_final_destinations(adapter: NationalAdapter) -> None:
    lines = a_line(copies=(a_copy(1), a_copy(2, LOWESTOFT), a_copy(3))), a_line(line_key="SB-2", copies=(a_copy(1, LOWESTOFT),))
    body = adapter.write_order(replace(an_order(*lines), place=HUB), 1).body

    assert segments(body, "NAD")[2:] == ["NAD+DP+5012345670201::9"]
    assert "RFF+API:CSU" in segments(body, "RFF")
    assert segments(body, "LOC") == ["LOC+20+IPSW::92", "LOC+20+LOWE::92", "LOC+20+LOWE::92"]
    assert [quantity for quantity in segments(body, "QTY") if quantity.startswith("QTY+11")] == [
        "QTY+11:2",
        "QTY+11:1",
        "QTY+11:1",
    ]
    assert [copy.split("+")[2] for copy in segments(body, "GIR")] == ["IPSW:LLO", "LOWE:LLO", "IPSW:LLO", "LOWE:LLO"]


def test_a_hub_without_a_gln_is_named_by_our_code_and_a_dialect_without_splits_names_no_destination(clock: ManualClock) -> None:
    order = replace(an_order(), place=HUB.model_copy(update={"gln": None}))
    body = an_adapter(clock, splits=False).write_order(order, 1).body
    assert segments(body, "NAD")[2:] == ["NAD+DP+CSU::92"]
    assert segments(body, "LOC") == []


def test_copies_that_their_own_branches_unpack_are_written_as_before_anybody_said_so(
    adapter: NationalAdapter, shelf_ready_order: OrderToSend
) -> None:
    said = tuple(
        line.model_copy(update={"copies": tuple(copy.model_copy(update={"deliver_to": copy.branch}) for copy in line.copies)})
        for line in shelf_ready_order.lines
    )
    assert adapter.write_order(replace(shelf_ready_order, lines=said), 42).body == golden("written_order_for_two_branches.edi")
    assert IPSWICH in {copy.deliver_to for line in said for copy in line.copies}
