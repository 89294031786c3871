"""What one file of MARC may propose, and what is said about it."""

from dataclasses import replace

from services.orders.domain.proposal_files import FoundInFile, UploadedFile, found_in
from shared.findings import Severity
from shared.formats.marc.order_data import PRESETS, read_file
from shared.values import with_check_digit
from tests.builders_of_marc import binary_file, marc_record

FILE = UploadedFile("GB-SFK", b"", "SEL-1", "librarian")


def found(*lines: str, count: int = 1, number: str = "SEL-1", preset: str = "970") -> FoundInFile:
    """What is found in a file of so many books with these fields."""
    isbns = (with_check_digit(f"978{book:09}") for book in range(count))
    raw = binary_file(*(marc_record(*lines, isbn=isbn) for isbn in isbns))
    file = replace(FILE, raw=raw, selection_number=number)
    return found_in(read_file(raw, PRESETS[preset].mapping, "national"), file)


def test_more_titles_than_an_order_holds_are_parts_with_numbers() -> None:
    parts = found("970 ##$oMAIN", count=1_001).selections
    assert [(one.selection_number, one.whole, one.parted, len(one.lines)) for one in parts] == [
        ("SEL-1", "SEL-1", True, 500),
        ("SEL-1/2", "SEL-1", True, 500),
        ("SEL-1/3", "SEL-1", True, 1),
    ]
    assert [one.lines[0].reference for one in parts] == ["SEL-1/1", "SEL-1/501", "SEL-1/1001"]


def test_a_file_without_a_number_has_one_by_its_bytes() -> None:
    (first,), (again,) = (found("970 ##$oMAIN", number="").selections for _ in range(2))
    (other,) = found("970 ##$oEAST", number="").selections
    assert first.selection_number == again.selection_number != other.selection_number
    assert first.selection_number.startswith("MARC-")


def test_findings_are_bounded_and_those_that_keep_records_aside_go_first() -> None:
    warned = [marc_record("970 ##$oMAIN$pask", isbn=with_check_digit(f"978{book:09}")) for book in range(1_100)]
    raw = binary_file(*warned, marc_record("960 ##$aX"))
    read = found_in(read_file(raw, PRESETS["970"].mapping, "national"), replace(FILE, raw=raw))
    assert (len(read.findings), read.more_findings, read.titles, read.records) == (1_000, 101, 1_100, 1_101)
    last = read.findings[-1]
    assert (last.record, last.severity) == (1_101, Severity.ERROR)


def test_copies_have_the_stock_category_and_those_left_open_are_not_described() -> None:
    (selection,) = found("970 ##$oMAIN$iBK").selections
    (copy,) = selection.lines[0].copies
    assert copy.item is not None
    assert (copy.branch, copy.item.stock_category) == ("MAIN", "BK")
    (selection,) = found("980 ##$g3", preset="980-981").selections
    assert (selection.lines[0].quantity, selection.lines[0].copies) == (3, ())
