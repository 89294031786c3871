"""What is wrong in an LMS's orders: what refuses a file, what refuses an order, and where it is said to be."""

from collections.abc import Callable

import pytest

from services.lms.dialects import read
from services.lms.dialects.facts import ReadFile
from services.lms.dialects.profile import Reading
from services.lms.dialects.profiles import EVERGREEN, FOLIO, KOHA
from tests.services.lms.dialects.lms_files import AskedCopy, AskedLine, changed, evergreen, folio, koha
from tests.services.lms.dialects.ordered import codes, lines_of

THREE = AskedLine(copies=(AskedCopy(), AskedCopy("LOWE"), AskedCopy("BECC")))
SET_3 = "GIR+003+ADULT-FIC:LFN+BECC:LLO+AF:LSQ+F AUS:LSM'"


def faults(raw: bytes, profile: object = KOHA) -> list[tuple[str, str]]:
    """Returns pointer and code of each fault of the only order of a file."""
    (order,) = read(raw, KOHA if profile is KOHA else FOLIO).orders
    return [(fault.pointer, str(fault.code)) for fault in order.faults]


@pytest.mark.parametrize(
    ("cut", "sentence", "code"),
    [
        (lambda raw: raw[: raw.index(b"UNZ")], "UNZ is missing", "13"),
        (lambda raw: raw[: raw.index(b"UNT")], "no end (UNT)", "13"),
        (lambda raw: raw[: len(raw) // 2], "no end (UNT)", "13"),
        (lambda raw: raw.replace(b"UNZ+1", b"UNZ+2"), "may lack messages", "29"),
        (lambda raw: raw.replace(b"UNB+", b"XXX+"), "UNB is missing", "13"),
        (lambda raw: raw.replace(b"++ORDERS'", b"++ORDERS++++1'"), "marked as a test", "25"),
        (lambda raw: raw.replace(b"ORDERS:D", b"INVOIC:D"), "holds INVOIC and no ORDERS", "14"),
        (lambda _: b"", "empty", ""),
        (lambda _: b"Dear supplier, please send us two copies", "no EDIFACT", ""),
        (lambda _: b"<?xml version='1.0'?><Order/>", "XML, and no EDIFACT", ""),
        (lambda raw: raw[: raw.index(b"UNH")] + b"UNZ+0+00038201773301'", "holds no message", "13"),
    ],
    ids=["no UNZ", "no UNT", "half", "message missing", "no UNB", "test", "invoice", "empty", "letter", "xml", "no message"],
)
def test_a_file_that_cannot_be_trusted_is_refused_as_a_whole_in_a_sentence(
    cut: Callable[[bytes], bytes], sentence: str, code: str
) -> None:
    file = read(cut(koha()), KOHA)

    assert sentence in file.refusal
    assert file.refusal.endswith(".")
    assert file.syntax_error == code
    assert file.orders == ()


def test_every_prefix_of_a_file_orders_nothing() -> None:
    raw = koha([AskedLine(), THREE])

    assert all(read(raw[:end], KOHA).refusal for end in range(len(raw) - 1))


def test_a_test_beside_real_interchanges_is_left_out_and_said() -> None:
    file = read(koha().replace(b"++ORDERS'", b"++ORDERS++++1'") + koha(number="00000000124"), KOHA)

    assert [order.names.order_number for order in file.orders] == ["00000000124"]
    assert not file.test
    assert "lms-test-left-out" in codes(file.findings)


def test_several_interchanges_of_a_file_are_all_read() -> None:
    file = read(koha() + b"\r\n" + koha(number="00000000124"), KOHA)

    assert [order.names.order_number for order in file.orders] == ["00000000123", "00000000124"]


def test_another_message_beside_orders_is_left_out_and_said() -> None:
    raw = folio([AskedLine()], [AskedLine()]).replace(b"UNH+10001+ORDERS", b"UNH+10001+OSTENQ")

    file = read(raw, FOLIO)

    assert [order.names.order_number for order in file.orders] == ["10000"]
    assert "lms-other-message" in codes(file.findings)


def test_sets_and_quantity_that_disagree_are_a_fault_because_nobody_knows_which_branch_gets_more() -> None:
    raw = changed(koha([THREE]), (SET_3, ""))

    assert faults(raw) == [("/lines/0/copies", "copies-disagree")]
    (order,) = read(raw, KOHA).orders
    assert order.faults[0].detail == ("Line 1 orders 3 (QTY+21), but 2 are described (GIR). Correct it and send the order again.")


def test_places_without_counts_that_are_fewer_than_the_copies_are_a_fault() -> None:
    raw = changed(folio([THREE]), ("LOC+7+BECC::92'\n", ""))

    assert faults(raw, FOLIO) == [("/lines/0/copies", "copies-disagree")]


def test_sets_that_name_other_branches_than_the_places_count_are_a_fault() -> None:
    raw = changed(koha([THREE]), ("RFF+LI:4711'", "RFF+LI:4711'LOC+7+IPSW::92'QTY+11:2'LOC+7+LOWE::92'QTY+11:1'"))

    (order,) = read(raw, KOHA).orders
    assert "1 for BECC, 1 for IPSW, 1 for LOWE, but the places count 2 for IPSW, 1 for LOWE" in order.faults[0].detail


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "many", "", "99999999999999"])
def test_a_quantity_that_is_no_number_of_copies_is_a_fault(quantity: str) -> None:
    raw = koha().replace(b"QTY+21:1'", f"QTY+21:{quantity}'".encode())

    assert faults(raw) == [("/lines/0/copies", "bad-quantity")]


def test_copies_without_a_branch_or_a_fund_are_faults_beside_their_set() -> None:
    raw = koha().replace(b"+ADULT-FIC:LFN+IPSW:LLO", b"")

    (order,) = read(raw, KOHA).orders

    assert [fault.pointer for fault in order.faults] == ["/lines/0/copies/0/branch", "/lines/0/copies/0/fund"]
    assert order.segments["/lines/0/copies/0"] == 11


def test_several_funds_of_a_line_are_a_fault_because_nobody_knows_which_pays() -> None:
    raw = folio([AskedLine(copies=(AskedCopy(fund="ADULT-FIC"), AskedCopy("LOWE", "CHILD")))])

    assert faults(raw, FOLIO) == [("/lines/0/copies/0/fund", "several-funds"), ("/lines/0/copies/1/fund", "several-funds")]


@pytest.mark.parametrize("number", ["", "SFK:1", "X" * 36, "-1", "Ünder"])
def test_an_order_number_that_the_order_book_cannot_take_is_a_fault(number: str) -> None:
    released = number.replace(":", "?:")

    assert ("/order_number", "bad-order-number") in faults(koha(number=released))


def test_a_line_without_an_article_is_a_fault() -> None:
    raw = changed(koha(), ("LIN+1++9780141439518:EN'PIA+5+9780141439518:EN'", "LIN+1'"))

    assert faults(raw) == [("/lines/0/isbn", "no-article")]


@pytest.mark.parametrize(
    "change",
    [("CNT+2:1", "CNT+2:2"), ("UNT+16", "UNT+17"), ("UNS+S'CNT+2:1'", "UNS+S'CNT+1:3'CNT+2:1'")],
    ids=["lines", "segments", "copies"],
)
def test_totals_that_are_larger_than_what_is_there_are_a_fault(change: tuple[str, str]) -> None:
    raw = koha().replace(change[0].encode(), change[1].encode())

    assert faults(raw) == [("", "lines-missing")]


def test_totals_that_are_smaller_or_missing_are_no_fault() -> None:
    smaller = read(koha([AskedLine(), AskedLine()]).replace(b"CNT+2:2", b"CNT+2:1"), KOHA)

    assert smaller.orders[0].faults == ()
    assert "edifact-line-count" in codes(smaller.findings)
    assert faults(changed(koha(), ("UNS+S'CNT+2:1'", ""))) == []


def test_segments_are_not_missed_by_an_lms_that_counts_them_wrong() -> None:
    reading = KOHA.reading.model_dump() | {"quirks": ["unreliable_segment_count"]}
    profile = KOHA.model_copy(update={"reading": Reading.model_validate(reading)})

    (order,) = read(koha().replace(b"UNT+16", b"UNT+17"), profile).orders

    assert order.faults == ()


def test_a_part_that_could_not_be_read_is_a_fault_of_its_line() -> None:
    raw = koha([AskedLine(), AskedLine()]).replace(b"RFF+LI:4711'UNS", b"?RFF!!LI'UNS")

    assert faults(raw) == [("/lines/1", "damaged-message"), ("", "lines-missing")]


def test_a_last_segment_that_could_not_be_read_is_missed_by_the_counts() -> None:
    raw = koha([AskedLine(), AskedLine()]).replace(b"UNS+S'CNT+2:2'", b"!UNS'!CNT'")

    assert ("", "lines-missing") in faults(raw)


def test_garbage_behind_an_empty_set_is_a_fault() -> None:
    raw = changed(koha(), ("GIR+001", "GIR'!!'GIR+001"))

    assert ("/lines/0", "damaged-message") in faults(raw)


def test_faults_of_one_order_leave_the_others_of_the_file_alone() -> None:
    raw = folio([THREE], [AskedLine()])
    raw = changed(raw, ("LOC+7+BECC::92'\n", ""))

    one, two = read(raw, FOLIO).orders

    assert len(one.faults) == 1
    assert two.faults == ()


def findings(file: ReadFile) -> list[str]:
    """Returns the codes of what is not about syntax."""
    return [code for code in codes(file.findings) if code.startswith("lms-")]


def test_instructions_longer_than_a_supplier_can_be_sent_are_cut_at_a_word_with_a_finding() -> None:
    file = read(evergreen([AskedLine(note="word " * 80 + "end")]), EVERGREEN)

    item = lines_of(file.orders[0])[0]["copies"][0]["item"]
    assert len(item["servicing_note"]) == 349
    assert findings(file) == ["lms-note-cut"]


def test_what_is_kept_nowhere_is_named_in_a_finding() -> None:
    file = read(koha().replace(b"+F AUS:LSM'", b"+F AUS:LSM+30123:LAC'").replace(b"RFF+LI:4711'", b"RFF+LI:'"), KOHA)

    assert findings(file) == ["lms-no-line-reference", "lms-copy-data"]


@pytest.mark.parametrize("price", ["0.00", "99999999999", ""])
def test_a_price_that_cannot_be_used_is_left_out(price: str) -> None:
    file = read(koha([AskedLine(price=price)]), KOHA)

    assert "unit_price" not in lines_of(file.orders[0])[0]
