"""The bytes of a message as lines that people can read."""

import pytest

from services.dashboard.domain.contents import (
    Node,
    RawLine,
    Reference,
    Tree,
    bytes_shown,
    reference_at,
    references_by_value,
)


def a_tree(form: str, *offsets: int) -> Tree:
    leaves = [Node(kind="segment", label="LIN", offset=offset) for offset in offsets]
    outer = [Node(kind="message", label="m", offset=0, children=leaves)] if leaves else []
    return Tree(form=form, nodes=outer, total=len(leaves))


def test_each_segment_is_a_line_that_knows_its_place() -> None:
    shown = bytes_shown(b"UNH+1'\r\nLIN+1'UNT'", 0, a_tree("edifact", 0, 8, 14), more=False)
    assert shown.lines == [RawLine("UNH+1'␍␊", 0), RawLine("LIN+1'", 8), RawLine("UNT'", 14)]


def test_the_last_letter_of_an_old_file_is_shown_though_it_looks_like_the_beginning_of_another() -> None:
    assert bytes_shown("<a>café".encode("latin-1"), 0, a_tree("xml"), more=False).lines == [RawLine("<a>café")]
    assert bytes_shown("<a>café".encode()[:-1], 0, a_tree("xml"), more=True).lines == [RawLine("<a>caf")]


def test_bytes_before_the_first_part_are_a_line_without_a_place() -> None:
    shown = bytes_shown(b"UNA:+.? 'UNH+1'", 0, a_tree("edifact", 9), more=False)
    assert shown.lines == [RawLine("UNA:+.? '"), RawLine("UNH+1'", 9)]


def test_a_later_window_has_only_the_parts_that_begin_in_it() -> None:
    shown = bytes_shown(b"LIN+1'UNT'", 8, a_tree("edifact", 0, 8, 14, 40), more=True)
    assert [line.offset for line in shown.lines] == [8, 14]


@pytest.mark.parametrize(
    ("form", "body", "lines"),
    [
        ("json", b'{"a":[1.10,{"b":"x\\"y"}],"c":{}}',
         ["{", '  "a": [', "    1.10,", "    {", '      "b": "x\\"y"', "    }", "  ],",
          '  "c": {', "  }", "}"]),
        ("json", b'{"a": "cut', ["{", '  "a": "cut']),
        ("xml", b"<?xml version='1.0'?><a><b>t &amp; u</b><c/><!-- <x> --></a>",
         ["<?xml version='1.0'?>", "<a>", "  <b>t &amp; u</b>", "  <c/>", "  <!-- <x> -->", "</a>"]),
        ("text", b"one\ttwo\r\nthree", ["one\ttwo", "three"]),
    ],
)  # fmt: skip
def test_each_form_is_shown_as_people_read_it(form: str, body: bytes, lines: list[str]) -> None:
    assert [line.text for line in bytes_shown(body, 0, a_tree(form), more=False).lines] == lines


def test_bytes_that_are_no_utf_8_are_read_as_latin_1_and_a_cut_character_is_left_out() -> None:
    latin = bytes_shown(b"caf\xe9 au lait et du pain", 0, None, more=False)
    cut = bytes_shown("café au lait é".encode()[:-1], 0, None, more=True)
    assert (latin.lines[0].text, latin.encoding) == ("café au lait et du pain", "Latin-1")
    assert cut.encoding == "UTF-8"


def test_characters_that_nobody_sees_are_shown_by_signs() -> None:
    shown = bytes_shown("a\u202eb\x1b[2J".encode(), 0, None, more=False)
    assert shown.lines == [RawLine("a⟨U+202E⟩b␛[2J")]


def test_a_value_of_the_tree_is_a_reference_in_any_spelling_of_its_isbn() -> None:
    known = references_by_value([Reference(field="isbn", theirs="9780141439518"), Reference(field="order_number", theirs="P0-1")])
    found = [reference_at(value, known) for value in ("978-0-14-143951-8", " P0-1 ", "P0-2")]
    assert [each and each.field for each in found] == ["isbn", "order_number", None]
