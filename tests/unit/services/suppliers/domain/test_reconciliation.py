"""Two lists of open lines are compared without losing a line of either, and a bad upload says how to correct it."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.contract import OpenLine
from services.suppliers.domain.known_lines import KnownLine, KnownLines
from services.suppliers.domain.open_lines_csv import read_csv
from services.suppliers.domain.reconciliation import Outcome, OwnLine, compare
from shared.errors import DomainError
from tests.builders import ISBN, OTHER_ISBN, SUFFOLK, an_ordered_line

SINCE = datetime(2026, 3, 2, tzinfo=UTC)
KEYS = ("K1", "K2", "K3")


def known(key: str) -> KnownLine:
    ordered = an_ordered_line(ISBN, ("IPSW",)).model_copy(update={"line_key": key})
    return KnownLine(key, UUID(int=1), f"PO-{key}", SUFFOLK, "", uuid4(), ordered)


LINES = {key: known(key) for key in KEYS}


def own(key: str, copies: int = 1) -> OwnLine:
    return OwnLine(LINES[key], copies, SINCE)


def theirs(key: str | None, quantity: int | None = 1, status: str | None = None) -> OpenLine:
    return OpenLine(key, None, ISBN, quantity, status)


@pytest.mark.parametrize(
    ("line", "outcome", "text"),
    [
        (theirs("K1"), Outcome.AGREED, ""),
        (theirs("K1", None), Outcome.AGREED, ""),
        (theirs("K1", 3), Outcome.DISAGREEING, "they hold 3 as open, we hold 1"),
        (theirs("K1", 1, "201"), Outcome.DISAGREEING, "they report status 201, after which no copies arrive; it is open here"),
        (theirs("K2"), Outcome.THEIRS_ONLY, "no copy of it is open here"),
        (theirs("K9"), Outcome.THEIRS_ONLY, "line key K9"),
    ],
)
def test_each_line_gets_its_outcome(line: OpenLine, outcome: Outcome, text: str) -> None:
    row = compare([line], KnownLines(LINES.values()), [own("K1")])[0]

    assert row.outcome is outcome
    assert row.text.startswith(text)


def test_what_the_supplier_does_not_name_is_ours_only() -> None:
    (row,) = compare([], KnownLines(LINES.values()), [own("K3", 2)])

    assert (row.outcome, row.line_key, row.our_quantity, row.since) == (Outcome.OURS_ONLY, "K3", 2, SINCE)


def test_a_line_named_twice_counts_once_and_adds_up() -> None:
    (row,) = compare([theirs("K1", 1), theirs("K1", 2)], KnownLines(LINES.values()), [own("K1", 3)])

    assert (row.outcome, row.their_quantity) == (Outcome.AGREED, 3)


@given(
    named=st.lists(st.builds(theirs, st.sampled_from([*KEYS, "K9", None]), st.integers(0, 3))),
    opened=st.sets(st.sampled_from(KEYS)),
)
def test_no_line_of_either_list_is_lost(named: list[OpenLine], opened: set[str]) -> None:
    rows = compare(named, KnownLines(LINES.values()), [own(key) for key in opened])

    found = {line.line_key for line in named if line.line_key in KEYS}
    strangers = [line for line in named if line.line_key not in KEYS]
    assert len(rows) == len(strangers) + len(found | opened)
    assert {row.line_key for row in rows if row.outcome is Outcome.OURS_ONLY} == opened - found


def test_csv_is_read_by_its_header_whatever_the_delimiter() -> None:
    comma = b"\xef\xbb\xbfISBN,Order number,Title,Quantity\r\n9780141439518,PO-1,Emma,2\r\n\r\n9780141439600,PO-1,,\r\n"
    semicolon = b"line_key;quantity;status_code\nK1;0;410\n"

    assert read_csv(comma) == (
        OpenLine(None, "PO-1", ISBN, 2),
        OpenLine(None, "PO-1", OTHER_ISBN, None),
    )
    assert read_csv(semicolon) == (OpenLine("K1", None, "", 0, "410"),)


@pytest.mark.parametrize(
    ("body", "pointers", "detail"),
    [
        (b"", ["/1"], "line 1 needs a column `isbn`"),
        (b"book,number\n1,2\n", ["/1"], "it has book, number: rename or add columns"),
        (b"isbn,isbn\n1,2\n", ["/1"], "the column isbn twice"),
        (
            b"isbn,quantity\n1,two\n2,-1\n",
            ["/2/quantity", "/3/quantity"],
            "column quantity: 'two' is not a number of copies up to 10000",
        ),
        (b"isbn,quantity\n,2\n", ["/2/isbn"], "neither an ISBN nor a line key"),
        (b"isbn\n1\n\xff\n", ["/3"], "line 3 is not UTF-8; save the file as CSV UTF-8"),
        (b'isbn\n"1"2\n', ["/2"], "check its quotation marks"),
        (b"isbn\n" + b"9" * 101, ["/2/isbn"], "at most 100 characters"),
    ],
)
def test_a_bad_list_says_where_and_how_to_correct_it(body: bytes, pointers: list[str], detail: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_csv(body)

    assert [fault.pointer for fault in refused.value.faults] == pointers
    assert detail in refused.value.detail


@given(body=st.binary(max_size=200).map(b"isbn,quantity\n".__add__))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(DomainError):
        assert read_csv(body) is not None
