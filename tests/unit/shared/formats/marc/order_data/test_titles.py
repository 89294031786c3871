"""What the 9xx of a record propose to order, by a mapping."""

from typing import Any

import pytest

from shared.findings import Severity
from shared.formats.marc.order_data import PRESETS, OrderedCopies, OrderedTitle, OrderMapping, RecordFinding
from shared.formats.marc.order_data.titles import title_of
from shared.formats.marc.records import CutRecord, Origin
from tests.builders_of_marc import LEADER, marc_record

PER_FIELD = PRESETS["970"].mapping


def mapping(shape: str = "field", codes: dict[str, Any] | None = None, **places: list[str]) -> OrderMapping:
    """One field 970 with branch $o, fund $f, quantity $q, and other places as they are given."""
    wanted: dict[str, Any] = {"branch": ["970$o"], "fund": ["970$f"], "quantity": ["970$q"], **places}
    copies: dict[str, str] = {"tag": "970", "shape": shape}
    if shape == "pattern":
        copies |= {"subfield": "x", "pattern": "{branch}/{fund}[*{quantity}]", "separator": ","}
    return OrderMapping.model_validate({"copies": copies, "places": wanted, "codes": codes or {}})


def read(by: OrderMapping, *lines: str, **record: str) -> OrderedTitle | RecordFinding:
    return title_of(CutRecord(marc_record(*lines, **record), Origin(number=7)), by, "national")


def title(by: OrderMapping, *lines: str, **record: str) -> OrderedTitle:
    found = read(by, *lines, **record)
    assert isinstance(found, OrderedTitle), found
    return found


def aside(by: OrderMapping, *lines: str, **record: str) -> tuple[int | None, str, str]:
    found = read(by, *lines, **record)
    assert isinstance(found, RecordFinding), found
    assert found.severity is Severity.ERROR
    return found.record, found.tag, found.code


def kinds(found: OrderedTitle) -> list[tuple[str, str, int]]:
    return [(one.branch, one.fund, one.quantity) for one in found.copies]


def warnings(found: OrderedTitle) -> list[tuple[str, str]]:
    return [(one.tag, one.code) for one in found.findings]


@pytest.mark.parametrize(
    ("preset", "lines"),
    [
        ("960-961", ["960 ##$tMAIN(2),EAST$uAF$o3$s12.99$vnational", "961 ##$iQ-17$dLocal author"]),
        ("970", ["970 ##$oMAIN$fAF$q2$p12.99$rQ-17$nLocal author", "970 ##$oEAST$fAF"]),
        ("980-981", ["980 ##$e12.99$b14.99$g2$fQT-4", "981 ##$cMAIN$bAF", "981 ##$cEAST$bAF"]),
    ],
)
def test_each_preset_reads_branch_fund_quantity_and_price(preset: str, lines: list[str]) -> None:
    found = title(PRESETS[preset].mapping, *lines)
    first = 1 if preset == "980-981" else 2
    assert kinds(found) == [("MAIN", "AF", first), ("EAST", "AF", 1)]
    assert (found.quantity, found.price and (found.price.minor, found.price.currency)) == (first + 1, (1299, "GBP"))
    assert (found.reference, found.note) == (("", "") if preset == "980-981" else ("Q-17", "Local author"))
    assert found.selection_number == ("QT-4" if preset == "980-981" else "")


def test_parallel_subfields_pair_up_and_one_alone_counts_for_all() -> None:
    by = mapping("parallel", stock_category=["970$i"])
    found = title(by, "970 ##$oMAIN$fAF$q1$oEAST$fJF$q2$iBK")
    assert [(one.branch, one.fund, one.quantity, one.stock_category) for one in found.copies] == [
        ("MAIN", "AF", 1, "BK"),
        ("EAST", "JF", 2, "BK"),
    ]
    assert kinds(title(by, "970 ##$oMAIN$oEAST$fAF$q2")) == [("MAIN", "AF", 1), ("EAST", "AF", 1)]


def test_a_pattern_reads_several_copies_of_one_text() -> None:
    found = title(mapping("pattern"), "970 ##$xMAIN/AF*2, EAST/JF$q3")
    assert kinds(found) == [("MAIN", "AF", 2), ("EAST", "JF", 1)]


def test_codes_are_translated_and_others_stay_as_they_are() -> None:
    by = mapping(codes={"branch": {"M": "IPSW"}, "fund": {"X": ""}})
    assert kinds(title(by, "970 ##$oM$fAF", "970 ##$oLOWE$fX")) == [("IPSW", "AF", 1), ("LOWE", "", 1)]


def test_the_quantity_of_a_title_leaves_copies_open_that_no_field_describes() -> None:
    by = PRESETS["980-981"].mapping
    found = title(by, "980 ##$g5", "981 ##$cMAIN$bAF", "981 ##$cEAST$bAF")
    assert (found.quantity, kinds(found)) == (5, [("MAIN", "AF", 1), ("EAST", "AF", 1)])
    assert kinds(title(by, "980 ##$g5", "981 ##$cMAIN$bAF")) == [("MAIN", "AF", 5)]
    alone = title(by, "980 ##$g5")
    assert (alone.quantity, alone.copies) == (5, ())


def test_a_branch_without_copies_is_left_out() -> None:
    assert kinds(title(PER_FIELD, "970 ##$oMAIN$q0", "970 ##$oEAST$q1")) == [("EAST", "", 1)]


def test_what_other_fields_state_of_copies_counts_for_all_of_them() -> None:
    by = mapping(shelfmark=["092$a"], fund=["970$f", "960$u"])
    found = title(by, "092 ##$aF TID", "960 ##$uAF", "970 ##$oMAIN", "970 ##$oEAST$fJF")
    assert found.copies == (
        OrderedCopies(branch="MAIN", fund="AF", shelfmark="F TID"),
        OrderedCopies(branch="EAST", fund="JF", shelfmark="F TID"),
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["970 ##$oMAIN$pGBP 9.50", "020 ##$c14.99"], (950, "GBP")),
        (["970 ##$oMAIN", "020 ##$c{dollar}14.99"], (1499, "USD")),
        (["970 ##$oMAIN", "020 ##$c14.99"], (1499, "GBP")),
        (["970 ##$oMAIN", "365 ##$b11.00$cEUR"], (1100, "EUR")),
        (["970 ##$oMAIN$p0.00"], None),
        (["970 ##$oMAIN"], None),
    ],
)
def test_the_price_is_that_of_the_mapping_else_of_the_record(lines: list[str], expected: object) -> None:
    found = title(PER_FIELD, *lines)
    assert (found.price and (found.price.minor, found.price.currency)) == expected


def test_a_title_has_its_main_author_subtitle_and_first_valid_isbn() -> None:
    lines = ["970 ##$oMAIN", "020 ##$a0141439602", "700 1#$aRook, Ada", "100 1#$aTern, Olive,$eauthor."]
    found = title(PER_FIELD, *lines, title="The tide tables :$ba novel /$cOlive Tern")
    assert (found.isbn, found.title, found.author) == ("9780141439518", "The tide tables: a novel", "Tern, Olive")
    assert warnings(found) == [("020", "order-other-isbn")]
    assert warnings(title(PER_FIELD, "970 ##$oMAIN", "020 ##$a0141439513")) == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["970 ##$oMAIN$pask us"], ("970", "order-price")),
        (["970 ##$oMAIN$p9.99", "970 ##$oEAST$p8.99"], ("970", "order-prices-differ")),
        (["970 ##$oMAIN$r" + "9" * 71], ("970", "order-reference")),
        (["970 ##$oMAIN$n" + "n" * 501], ("", "order-text-cut")),
        (["970 ##$oMAIN", "020 ##$a9780141439517"], ("020", "marc-invalid-isbn")),
    ],
)
def test_what_is_unusual_is_said_and_the_title_proposed(lines: list[str], expected: tuple[str, str]) -> None:
    assert expected in warnings(title(PER_FIELD, *lines))


@pytest.mark.parametrize(
    ("by", "lines", "expected"),
    [
        (PER_FIELD, ["960 ##$tMAIN"], ("970", "order-no-data")),
        (PER_FIELD, ["970 ##$oMAIN$qtwo"], ("970", "order-quantity")),
        (PER_FIELD, ["970 ##$oMAIN$q0"], ("970", "order-quantity")),
        (PER_FIELD, ["970 ##$oMAIN$q-1"], ("970", "order-quantity")),
        (PER_FIELD, ["970 ##$oMAIN$q150", "970 ##$oEAST$q51"], ("970", "order-too-many-copies")),
        (PER_FIELD, ["970 ##$oMAIN$q" + "9" * 4_000], ("970", "order-quantity")),
        (PER_FIELD, ["970 ##$oMAIN$oEAST"], ("970", "order-repeated-subfield")),
        (mapping("parallel"), ["970 ##$oA$oB$oC$fX$fY"], ("970", "order-uneven-subfields")),
        (mapping("parallel"), ["970 ##$oA$oB$q3"], ("970", "order-uneven-subfields")),
        (mapping("pattern"), ["970 ##$xMAIN"], ("970", "order-pattern")),
        (mapping("pattern"), ["970 ##$xMAIN/AF*2,EAST/AF*2$q3"], ("970", "order-total")),
        (PRESETS["980-981"].mapping, ["980 ##$g1", "981 ##$cA", "981 ##$cB"], ("981", "order-total")),
        (PRESETS["980-981"].mapping, ["980 ##$g1$f" + "N" * 61, "981 ##$cA"], ("980", "order-number-too-long")),
        (mapping(vendor=["970$v"]), ["970 ##$oMAIN$vBTX"], ("970", "order-other-vendor")),
    ],
)
def test_a_record_that_cannot_be_mapped_is_kept_aside(by: OrderMapping, lines: list[str], expected: tuple[str, str]) -> None:
    assert aside(by, *lines) == (7, *expected)


def test_a_record_without_isbn_or_that_is_deleted_is_kept_aside() -> None:
    assert aside(PER_FIELD, "970 ##$oMAIN", isbn="") == (7, "020", "marc-no-isbn")
    deleted = LEADER.replace("nam", "dam")
    assert aside(PER_FIELD, "970 ##$oMAIN", leader=deleted) == (7, "LDR", "order-withdrawn")


def test_the_code_of_a_vendor_is_translated_to_the_supplier() -> None:
    by = mapping(codes={"vendor": {"ALB": "national"}}, vendor=["970$v"])
    assert kinds(title(by, "970 ##$oMAIN$vALB")) == [("MAIN", "", 1)]


@pytest.mark.parametrize(
    "pattern",
    [
        "{fund}",
        "{branch}{fund}",
        "{branch}[{quantity}]",
        "{branch}/{price}",
        "{branch}[/{fund}",
        "{branch}/{branch}",
        "x]{branch}[",
        "{branch}" + "[x]" * 30,
    ],
)
def test_a_pattern_that_can_be_read_in_two_ways_is_refused(pattern: str) -> None:
    copies = {"tag": "970", "shape": "pattern", "subfield": "x", "pattern": pattern}
    with pytest.raises(ValueError, match="pattern"):
        OrderMapping.model_validate({"copies": copies, "places": {}})


@pytest.mark.parametrize("copies", [{"tag": "970", "shape": "pattern"}, {"tag": "970", "pattern": "{branch}", "subfield": "x"}])
def test_a_pattern_is_there_exactly_where_it_is_used(copies: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="pattern"):
        OrderMapping.model_validate({"copies": copies, "places": {}})
