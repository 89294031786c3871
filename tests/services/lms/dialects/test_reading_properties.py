"""Properties of reading: what an LMS writes is read the same, and damage of any kind never raises and never orders by guess."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lms.dialects import LmsProfile, read
from services.lms.dialects.facts import ReadFile
from services.lms.dialects.profiles import EVERGREEN, FOLIO, KOHA
from tests.services.lms.dialects.lms_files import AskedCopy, AskedLine, evergreen, folio, koha
from tests.services.lms.dialects.ordered import lines_of
from tests.unit.shared.formats.mutants import mutants

ISBNS = ("9780141439518", "9780141036137", "9780007136834")
PUNCTUATION = " .,-()/=!%&*;+:?'"


def letters(more: str) -> st.SearchStrategy[str]:
    """Texts of words, with punctuation of which the LMS can write all."""
    words = st.text(st.sampled_from("abcXYZ019" + more), min_size=1, max_size=20)
    return st.lists(words, min_size=1, max_size=8).map(lambda held: " ".join(" ".join(held).split())).filter(bool)


codes = st.text(st.sampled_from("ABC019-"), min_size=1, max_size=8)
copies = st.builds(AskedCopy, codes, st.just("ADULT-FIC"), codes, st.just("F AUS"))


def lines(more: str) -> st.SearchStrategy[list[AskedLine]]:
    """Lines of an order."""
    return st.lists(
        st.builds(
            AskedLine,
            isbn=st.sampled_from(ISBNS),
            title=letters(more),
            author=letters(more),
            reference=codes,
            price=st.integers(1, 99_999).map(lambda pennies: f"{pennies / 100:.2f}"),
            note=st.just("") | letters(""),
            copies=st.lists(copies, min_size=1, max_size=5).map(tuple),
        ),
        min_size=1,
        max_size=4,
    )


def only_order(file: ReadFile, asked: list[AskedLine]) -> None:
    """Checks that a file holds one order, of these lines."""
    assert not file.refusal
    (order,) = file.orders
    assert order.faults == ()
    for line, names, wanted in zip(lines_of(order), order.names.lines, asked, strict=True):
        assert (line["isbn"], line["title"], line["author"]) == (wanted.isbn, wanted.title, wanted.author)
        assert line["unit_price"]["minor"] == round(float(wanted.price) * 100)
        read_copies = Counter[tuple[str, str]]()
        for copy in line["copies"]:
            read_copies[copy["branch"], copy["fund"]] += copy["quantity"]
            assert copy.get("item", {}).get("servicing_note", "") == wanted.note
        assert read_copies == Counter((copy.branch, copy.fund) for copy in wanted.copies)
        assert sum(copy.quantity for copy in names.copies) == len(wanted.copies)


@given(lines(PUNCTUATION))
def test_what_koha_writes_is_read_the_same(asked: list[AskedLine]) -> None:
    only_order(read(koha(asked), KOHA), asked)


@given(lines(" .,-()/"))
def test_what_evergreen_writes_is_read_the_same(asked: list[AskedLine]) -> None:
    only_order(read(evergreen(asked), EVERGREEN), asked)


@given(lines(PUNCTUATION + "éŁ—"))
def test_what_folio_writes_is_read_the_same(asked: list[AskedLine]) -> None:
    only_order(read(folio(asked), FOLIO), asked)


LINE = AskedLine(note="Jacket, label", copies=(AskedCopy(), AskedCopy("LOWE"), AskedCopy("LOWE")))
SEEDS = {
    "koha": ([koha([LINE, LINE]), koha()], KOHA),
    "evergreen": ([evergreen([LINE, LINE]), evergreen()], EVERGREEN),
    "folio": ([folio([LINE], [LINE, LINE]), folio([LINE], rush=True)], FOLIO),
}
WORDS = (
    b"LIN+2'",
    b"GIR+001+IPSW:LLO'",
    b"QTY+21:2'",
    b"LOC+7+IPSW::92'",
    b"UNS+S'",
    b"UNT+3+1'",
    b"UNH+9+ORDERS:D:96A:UN'",
    b"?'",
)


@pytest.mark.parametrize("name", SEEDS)
def test_no_damage_makes_reading_raise_or_count_out_copies_that_were_not_ordered(name: str) -> None:
    seeds, profile = SEEDS[name]
    taken = 0
    for raw in mutants(seeds, 700, seed=12, words=WORDS):
        file = read(raw, profile)
        assert bool(file.refusal) != bool(file.orders)
        taken += sum(checked(order.faults, lines_of(order), raw, profile) for order in file.orders)
    assert taken


def checked(faults: object, lines: list[dict[str, object]], raw: bytes, profile: LmsProfile) -> bool:
    """Checks an order without faults: each line has copies, and none has more than the file says anywhere."""
    assert b"\0" not in repr(lines).encode(), (raw, profile.name)
    if faults:
        return False
    for line in lines:
        held = line["copies"]
        assert isinstance(held, list)
        assert held, raw
        assert all(copy["quantity"] > 0 and copy["branch"] and copy["fund"] for copy in held), raw
    return True


def test_a_flood_of_lines_copies_and_garbage_ends() -> None:
    many = koha([AskedLine()]).replace(b"QTY+21:1'", b"QTY+21:9999'" + b"GIR+001+A:LLO+999999999:LQT'" * 3_000)
    garbage = koha().replace(b"UNS+S'", b"!!'RFF+LI:1'" * 3_000 + b"UNS+S'")

    for raw in (many, garbage):
        (order,) = read(raw, KOHA).orders
        assert order.faults
