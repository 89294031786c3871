"""The order file: the sample is valid, and all faults of a bad file are reported at once, by line and column."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from local.demo import ORDERS
from local.lms.branches import BRANCHES, branches_of
from local.lms.order_file import COLUMNS, read_orders
from local.lms.orders import CopyKey, copy_keys
from local.lms.sheet import BadFile, FileFault
from local.simulators import CATALOGUE
from shared.values import check_gln, to_isbn13

HEADER = ",".join(COLUMNS)
GOOD = "SFK-1,1,9780141439518,Pride and Prejudice,Jane Austen,book,IPSW,FIC,AF,AUS,BC BJ,2,7.99"


def faults_of(folder: Path, *rows: str, header: str = HEADER) -> list[FileFault]:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(BadFile) as refusal:
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
        "?,0,9780141439519,,,,ipsw,,,,,201,7.999",
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


def test_a_title_on_two_lines_of_an_order_is_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, GOOD, GOOD.replace("SFK-1,1", "SFK-1,2").replace("FIC", "LOCAL")]), encoding="utf-8")

    (order,) = read_orders(path)

    assert [(line.isbn, line.copies[0].fund) for line in order.lines] == [("9780141439518", "FIC"), ("9780141439518", "LOCAL")]


def test_a_dvd_is_ordered_by_its_ean_and_a_book_is_not(tmp_path: Path) -> None:
    dvd = GOOD.replace("9780141439518", "5050582000016")
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, dvd.replace(",book,", ",dvd,")]), encoding="utf-8")

    assert read_orders(path)[0].lines[0].isbn == "5050582000016"
    assert [fault.column for fault in faults_of(tmp_path, dvd)] == ["isbn"]


def test_a_price_of_nothing_is_reported(tmp_path: Path) -> None:
    assert [(fault.line, fault.column) for fault in faults_of(tmp_path, GOOD.replace("7.99", "0.00"))] == [(2, "price")]


def test_missing_unknown_and_doubled_columns_are_reported(tmp_path: Path) -> None:
    header = HEADER.replace("fund", "budget").replace("title", "author")

    faults = faults_of(tmp_path, GOOD, header=header)

    (fault,) = faults
    assert fault.line == 1
    assert "missing: title, fund; unknown: budget; more than once: author" in fault.text


def test_a_row_with_a_field_too_many_is_reported(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, GOOD + ",more")

    assert fault.line == 2
    assert "14 fields" in fault.text


def test_an_empty_file_and_one_without_orders_are_refused(tmp_path: Path) -> None:
    (empty,) = faults_of(tmp_path, header="")
    assert "the file is empty; its first line must name the columns order_number, line_number," in empty.text
    assert "no order" in faults_of(tmp_path)[0].text


def test_a_file_in_another_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n{GOOD.replace('Austen', 'Brontë')}\n".encode("latin-1"))

    with pytest.raises(BadFile, match=r"line 3: byte 0xeb is not UTF-8 text; .*`CSV UTF-8`"):
        read_orders(path)


def test_a_file_that_is_no_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f'{HEADER}\n"unclosed,1\n', encoding="utf-8")

    with pytest.raises(BadFile, match="not CSV"):
        read_orders(path)


# What Excel writes with the regional settings of a council's computer: UTF-8 with a byte order mark, or "Unicode text".
EXCEL = [
    pytest.param(";", "utf-8-sig", id="semicolons"),
    pytest.param(",", "utf-8-sig", id="commas"),
    pytest.param("\t", "utf-16", id="unicode text"),
    pytest.param("|", "utf-8", id="bars"),
]


def as_excel_writes(path: Path, delimiter: str, encoding: str, *, first: str = "") -> Path:
    """Writes the header and one good row with quoted fields, CRLF, and empty columns and rows at the end."""
    price = "7,9" if delimiter == ";" else "7.9"
    row = [*GOOD.split(",")[:-1], price]
    row[3] = f'"Pride{delimiter} and ""Prejudice"""'
    lines = [delimiter.join([*fields, "", ""]) for fields in (COLUMNS, row, [""] * len(COLUMNS))]
    path.write_bytes((first + "\r\n".join([*lines, ""])).encode(encoding))
    return path


@pytest.mark.parametrize(("delimiter", "encoding"), EXCEL)
def test_a_file_is_read_as_a_spreadsheet_program_writes_it(tmp_path: Path, delimiter: str, encoding: str) -> None:  # case D1
    (order,) = read_orders(as_excel_writes(tmp_path / "orders.csv", delimiter, encoding))

    (line,) = order.lines
    assert (line.title, line.pence) == (f'Pride{delimiter} and "Prejudice"', 790)
    assert [(part.branch, part.quantity) for part in line.copies] == [("IPSW", 2)]


@pytest.mark.parametrize("first", ["sep=;\r\n", ";;;;\r\n", "\r\n"], ids=["delimiter", "empty fields", "nothing"])
def test_a_line_without_content_may_precede_the_header(tmp_path: Path, first: str) -> None:
    path = as_excel_writes(tmp_path / "orders.csv", ";", "utf-8-sig", first=first)

    assert len(read_orders(path)) == 1


def test_names_of_columns_may_have_capitals_and_spaces(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER.replace('order_number', 'Order Number').replace('isbn', 'ISBN')}\n{GOOD}\n")

    assert len(read_orders(path)) == 1


def test_a_row_may_end_before_its_last_empty_fields(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\n{GOOD.removesuffix(',7.99')}\n")

    assert read_orders(path)[0].lines[0].pence is None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04\x14\x00", "line 1: this is a workbook (such as .xlsx or .ods) or another archive, not a text; in the"),
        (b"%PDF-1.7\n", "line 1: this is a PDF, not a text; in the spreadsheet program, choose `Save as`"),
        (b"order_number,\x00", "line 1: a zero byte, so this is not a text; in the spreadsheet program"),
        (
            b"\xff\xfeo\x00r\x00",
            "line 1: this line names no column; the columns, with commas, semicolons or tabs between them, are",
        ),
        (b'{"orders": []}', "line 1: this line names no column"),
        (b"\xff\xfeo\x00r", "line 1: byte 0x72 is not UTF-16 text"),
        (b"   \r\n ; ;\r\n", "line 2: this line names no column"),
        (HEADER.encode() + b'\n"SFK"-1,1', "line 2: not CSV (',' expected after '\"'); close every quotation mark"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_line(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)

    with pytest.raises(BadFile) as refusal:
        read_orders(path)
    assert str(refusal.value).startswith(f"{path}, {what}")
    assert "\n" not in str(refusal.value)


def test_a_field_without_a_name_in_the_header_is_reported(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, GOOD + ",,x", header=HEADER + ",,")

    assert fault.text.startswith("15 fields, but the header has 13")


@pytest.mark.parametrize("text", ["9.78014E+12", "9,78014e+12"])
def test_an_isbn_that_a_spreadsheet_shortened_is_named_so(tmp_path: Path, text: str) -> None:
    (fault,) = faults_of(tmp_path, GOOD.replace("9780141439518", f'"{text}"'))

    assert "format the column as text" in fault.text


@pytest.mark.parametrize(("text", "pence"), [("9.99", 999), ("9,5", 950), ("8", 800), ("£12.30", 1230), ("", None)])
def test_prices_are_read_as_a_spreadsheet_shows_them(tmp_path: Path, text: str, pence: int | None) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f'{HEADER}\n{GOOD.removesuffix("7.99")}"{text}"\n', encoding="utf-8")

    assert read_orders(path)[0].lines[0].pence == pence


@pytest.mark.parametrize("text", ["1,234.50", "9.999", "free", "-1", "9.99 EUR"])
def test_what_is_no_price_is_reported(tmp_path: Path, text: str) -> None:
    (fault,) = faults_of(tmp_path, GOOD.removesuffix("7.99") + f'"{text}"')

    assert (fault.line, fault.column) == (2, "price")


def test_an_unknown_branch_is_not_ordered_but_named_with_its_rows_and_the_known_branches(tmp_path: Path) -> None:  # case D3
    other = GOOD.replace("SFK-1", "SFK-2").replace("IPSW", "LOWS")

    (fault,) = faults_of(tmp_path, GOOD, other, GOOD.replace("SFK-1", "SFK-3"), other.replace("FIC", "GIFT"))

    assert (fault.line, fault.column) == (3, "branch")
    assert fault.text.startswith(
        "'LOWS' is not a branch (also in line 5); the branches are BURY, FELX, IPSW, LOWE, NEWM, STOW, SUDB, WOOD; correct it,"
    )


def test_a_council_may_list_branches_of_its_own(tmp_path: Path) -> None:
    branches, orders = tmp_path / "branches.csv", tmp_path / "orders.csv"
    branches.write_text("code;name;gln\nKESG;Kesgrave;\n", encoding="utf-8-sig")
    orders.write_text(f"{HEADER}\n{GOOD.replace('IPSW', 'KESG')}\n", encoding="utf-8")

    assert branches_of(read_orders(orders, branches), branches) == {"KESG": {"code": "KESG", "name": "Kesgrave"}}


def test_a_list_of_branches_is_checked(tmp_path: Path) -> None:
    branches = tmp_path / "branches.csv"
    branches.write_text("code,name,gln\nkesg,,5.09877E+12\nLOWE,Lowestoft,\nLOWE,Lowestoft,\n")

    with pytest.raises(BadFile) as refusal:
        read_orders(ORDERS, branches)
    assert [(fault.line, fault.column) for fault in refusal.value.faults] == [
        (2, "code"), (2, "gln"), (2, "name"), (4, "code"),
    ]  # fmt: skip
