"""The order file: the sample is valid, and all faults of a bad file are reported at once, by line and column."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from local.demo import BRANCHES, ORDERS
from local.lms.order_file import COLUMNS, BadOrderFile, FileFault, read_orders
from local.lms.orders import CopyKey, copy_keys
from local.simulators import CATALOGUE
from shared.values import check_gln, to_isbn13

HEADER = ",".join(COLUMNS)
GOOD = "SFK-1,1,9780141439518,Pride and Prejudice,Jane Austen,book,IPSW,FIC,AF,AUS,BC BJ,2,7.99"


def faults_of(folder: Path, *rows: str, header: str = HEADER) -> list[FileFault]:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(BadOrderFile) as refusal:
        read_orders(path)
    return list(refusal.value.faults)


def test_the_sample_orders_many_titles_for_eight_branches() -> None:
    orders = read_orders(ORDERS)
    lines = [line for order in orders for line in order.lines]

    assert len(orders) == 24
    assert all(1 <= len(order.lines) <= 6 for order in orders)
    assert all(1 <= sum(part.quantity for part in line.copies) <= 5 for line in lines)
    assert len({line.isbn for line in lines}) >= 60
    assert len({part.branch for line in lines for part in line.copies}) == 8
    assert any(not line.title and not line.author for line in lines)


def test_every_sample_title_is_in_the_catalogue_under_the_same_name() -> None:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        catalogue = {row["isbn"]: row for row in csv.DictReader(file)}

    assert all(to_isbn13(isbn) == isbn for isbn in catalogue)
    for line in (line for order in read_orders(ORDERS) for line in order.lines):
        assert line.title in ("", catalogue[line.isbn]["title"])
        assert line.author in ("", catalogue[line.isbn]["author"])


def test_every_sample_branch_has_a_name_and_a_right_gln_or_none() -> None:
    with BRANCHES.open(encoding="utf-8", newline="") as file:
        branches = {row["code"]: row for row in csv.DictReader(file)}

    assert {key.branch for key in copy_keys(read_orders(ORDERS))} == branches.keys()
    for row in branches.values():
        assert row["name"]
        assert row["gln"] == "" or check_gln(row["gln"])


def test_copies_of_a_line_are_numbered_within_their_branch(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n{GOOD.replace('IPSW', 'LOWE')}\n{GOOD.replace('FIC', 'GIFT')}\n", encoding="utf-8")

    keys = copy_keys(read_orders(path))

    assert Counter(key.branch for key in keys) == {"IPSW": 4, "LOWE": 2}
    assert CopyKey("SFK-1", 1, "IPSW", 4) in keys
    assert len(set(keys)) == 6


def test_isbns_of_ten_digits_and_hyphens_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\n{GOOD.replace('9780141439518', '0-14-143951-3')}\n", encoding="utf-8-sig")

    (order,) = read_orders(path)

    assert order.lines[0].isbn == "9780141439518"
    assert order.lines[0].pence == 799
    assert order.lines[0].copies[0].servicing == ("BC", "BJ")


def test_all_faults_of_a_file_are_reported_by_line_and_column(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path,
        GOOD,
        "?,0,9780141439519,,,,ipsw,,,,,201,7.9",
        GOOD.replace(",2,7.99", ",two,7.99"),
    )

    places = [(fault.line, fault.column) for fault in faults]
    assert places == [
        (3, "branch"), (3, "fund"), (3, "isbn"), (3, "line_number"), (3, "material"), (3, "order_number"), (3, "price"),
        (3, "quantity"), (4, "quantity"),
    ]  # fmt: skip


def test_a_wrong_check_digit_is_reported_with_the_isbn(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, GOOD.replace("9780141439518", "9780141439519"))

    assert str(fault) == "line 2, isbn: '9780141439519' has a wrong check digit; compare it with the book"


def test_rows_of_one_line_must_agree(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, GOOD, GOOD.replace("Jane Austen", "J. Austen").replace("7.99", "8.99"))

    assert [(fault.line, fault.column) for fault in faults] == [(3, "author"), (3, "price")]
    assert "line 2" in faults[0].text


def test_a_title_on_two_lines_of_an_order_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, GOOD, GOOD.replace("SFK-1,1", "SFK-1,2"))

    assert (fault.line, fault.column) == (3, "isbn")


def test_missing_unknown_and_doubled_columns_are_reported(tmp_path: Path) -> None:
    header = HEADER.replace("fund", "budget").replace("title", "author")

    faults = faults_of(tmp_path, GOOD, header=header)

    assert {(fault.line, fault.column) for fault in faults} == {(1, "fund"), (1, "budget"), (1, "title"), (1, "author")}


def test_a_row_with_a_field_too_many_is_reported(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, GOOD + ",more")

    assert fault.line == 2
    assert "14 fields" in fault.text


def test_an_empty_file_and_one_without_orders_are_refused(tmp_path: Path) -> None:
    assert [fault.column for fault in faults_of(tmp_path, header="")] == sorted(COLUMNS)
    assert "no order" in faults_of(tmp_path)[0].text


def test_a_file_in_another_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n{GOOD.replace('Austen', 'Brontë')}\n".encode("latin-1"))

    with pytest.raises(BadOrderFile, match="line 3: not UTF-8"):
        read_orders(path)


def test_a_file_that_is_no_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f'{HEADER}\n"unclosed,1\n', encoding="utf-8")

    with pytest.raises(BadOrderFile, match="not CSV"):
        read_orders(path)
