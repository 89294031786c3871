"""Whole files: whatever is in them, each record is a title or kept aside with a reason."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.findings import Severity
from shared.formats.marc.order_data import (
    BINARY,
    PRESETS,
    XML,
    CopyRule,
    CopyShape,
    FileRead,
    MappedPlaces,
    OrderedCopies,
    OrderMapping,
    form_of,
    read_file,
)
from tests.builders_of_marc import ISBNS, binary_file, marc_record, xml_file
from tests.unit.shared.formats.mutants import mutants

CODES = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=8)
COPIES = st.lists(st.builds(OrderedCopies, quantity=st.integers(1, 9), branch=CODES, fund=CODES), min_size=1, max_size=12)
PLACES = MappedPlaces(branch=("970$o",), fund=("970$f",), quantity=("970$q",))
RULES = {
    CopyShape.FIELD: CopyRule(tag="970"),
    CopyShape.PARALLEL: CopyRule(tag="970", shape=CopyShape.PARALLEL),
    CopyShape.PATTERN: CopyRule(tag="970", shape=CopyShape.PATTERN, subfield="x", pattern="{branch}/{fund}*{quantity}"),
}


def written(copies: list[OrderedCopies], shape: CopyShape) -> list[str]:
    """The fields that say so in this shape."""
    if shape is CopyShape.PATTERN:
        return ["970 ##$x" + "; ".join(f"{one.branch}/{one.fund}*{one.quantity}" for one in copies)]
    each = [f"$o{one.branch}$f{one.fund}$q{one.quantity}" for one in copies]
    return [f"970 ##{''.join(each)}"] if shape is CopyShape.PARALLEL else [f"970 ##{one}" for one in each]


def complete(found: FileRead) -> bool:
    """Whether each record is a title, or has exactly one reason why it is kept aside."""
    aside = [one.record for one in found.findings if one.severity is Severity.ERROR and one.record is not None]
    return sorted([*(one.number for one in found.titles), *aside]) == list(range(1, found.records + 1))


@pytest.mark.parametrize("shape", list(CopyShape))
@given(all_copies=st.lists(COPIES, min_size=1, max_size=4))
def test_copies_are_read_as_they_were_written(shape: CopyShape, all_copies: list[list[OrderedCopies]]) -> None:
    by = OrderMapping(copies=RULES[shape], places=PLACES)
    records = [marc_record(*written(copies, shape), isbn=isbn) for copies, isbn in zip(all_copies, ISBNS, strict=False)]
    found = read_file(binary_file(*records), by, "national")
    assert [list(title.copies) for title in found.titles] == all_copies
    assert [title.quantity for title in found.titles] == [sum(one.quantity for one in copies) for copies in all_copies]
    assert read_file(xml_file(*records), by, "national").titles == found.titles


def test_a_bad_record_holds_up_no_other() -> None:
    good = binary_file(marc_record("970 ##$oMAIN"))
    cut = binary_file(marc_record("970 ##$oEAST", isbn=ISBNS[1]))[:-30]
    found = read_file(good + cut + good, PRESETS["970"].mapping, "national")
    assert ([one.number for one in found.titles], found.records, found.kept_aside) == ([1, 3], 3, 1)
    (finding,) = found.findings
    assert (finding.record, finding.tag, finding.code) == (2, "LDR", "marc-unreadable-record")


@pytest.mark.parametrize("raw", [b"", b"hello", b"<collection/>", b"\x1d\x1d", b"<!DOCTYPE x><collection/>"])
def test_a_file_without_records_has_no_titles(raw: bytes) -> None:
    found = read_file(raw, PRESETS["970"].mapping, "national")
    assert not found.titles
    assert found.findings or raw == b"<collection/>"
    assert complete(found)


@pytest.mark.parametrize(
    ("raw", "form"), [(b"00714cam", BINARY), (b"", BINARY), (b" \n<collection>", XML), (b"\xef\xbb\xbf<?xml", XML)]
)
def test_the_form_of_a_file_is_known_by_its_bytes(raw: bytes, form: str) -> None:
    assert form_of(raw) == form


@pytest.mark.parametrize("preset", list(PRESETS))
@pytest.mark.parametrize("media_type", [BINARY, XML])
def test_no_mutant_of_a_file_raises_and_each_record_ends_named(media_type: str, preset: str) -> None:
    lines = [
        "960 ##$tMAIN(2),EAST$uAF$o3$s12.99$vnational",
        "961 ##$iQ-17",
        "970 ##$oMAIN$fAF$q2$p12.99",
        "980 ##$g2",
        "981 ##$cMAIN",
    ]
    write = binary_file if media_type == BINARY else xml_file
    seeds = [write(*(marc_record(*lines, isbn=isbn) for isbn in ISBNS[:count])) for count in (1, 3)]
    for raw in mutants(seeds, 150, seed=981, words=[b"\x1d", b"\x1fq999999", b"<record>", b"00000"]):
        assert complete(read_file(raw, PRESETS[preset].mapping, "national")), raw
