"""What a file is, by its first bytes."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.forms import Form, form_of, root_of

EXAMPLES = [
    (b"<?xml version='1.0'?><a/>", Form.XML),
    (b"\xef\xbb\xbf<a/>", Form.XML),
    ("<a/>".encode("utf-16"), Form.XML),
    ("UNB+".encode("utf-16"), Form.UTF16),
    (b'{"a": 1}', Form.JSON),
    (b"\xef\xbb\xbf[1]", Form.JSON),
    (b"\0\x1aISA*00*", Form.X12),
    (b"ISABEL", Form.OTHER),
    (b"UNA:+.? 'UNB+UNOC:3'", Form.EDIFACT),
    (b"unh+1+ORDRSP'", Form.EDIFACT),
    (b"From: Albion\r\n\r\nUNB+UNOC:3", Form.EDIFACT),
    (b"UNZ+1+1'", Form.OTHER),
    (b"STX=ANA:1", Form.TRADACOMS),
    (gzip.compress(b"UNB+", mtime=0), Form.GZIP),
    (b"PK\x03\x04", Form.ZIP),
    (b"%PDF-1.7", Form.PDF),
    (b"00026nam a\x1eone\x1e\x1d", Form.MARC),
    (b"isbn\n9780141439518\n", Form.OTHER),
    (b"isbn,quantity\r\n9780141439518,2\r\n", Form.CSV),
    (b"\xef\xbb\xbfISBN;Menge\n9780141439518;2\n", Form.CSV),
    (b"isbn\ttitle\n9780141439518\tEmma\n", Form.CSV),
    (b'"isbn","title"\n"9780141439518","Pride, and prejudice"\n', Form.CSV),
    (b"Dear Sir, or Madam,\nhere are, as promised, the books\n", Form.OTHER),
    (b"<!DOCTYPE html>\n<p>502", Form.HTML),
    (b"<html lang='en'>", Form.HTML),
    (b"<?xml version='1.0'?><!-- <a> --><html xmlns='http://www.w3.org/1999/xhtml'>", Form.HTML),
    (b"\x89PNG\r\n", Form.IMAGE),
    (b"\xff\xd8\xff\xe0", Form.IMAGE),
    (b"\xd0\xcf\x11\xe0\xa1", Form.OFFICE),
    (b"{\\rtf1", Form.RTF),
    (b"7z\xbc\xaf\x27\x1c", Form.ARCHIVE),
]


@pytest.mark.parametrize(("body", "form"), EXAMPLES)
def test_a_file_is_known_by_its_first_bytes(body: bytes, form: Form) -> None:
    assert form_of(body) is form


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf\n", b"\0\0\0", b"\xff\xfe"])
def test_a_file_of_blanks_is_empty(body: bytes) -> None:
    assert form_of(body) is Form.EMPTY


@pytest.mark.parametrize(
    ("body", "root"),
    [
        (b"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'a.dtd'><!-- <b> --><a/>", "a"),
        (b"<x:LibraryShipNotice xmlns:x='u'>", "LibraryShipNotice"),
        ("<collection/>".encode("utf-16"), "collection"),
        (b"< nothing", ""),
    ],
)
def test_the_root_of_xml_is_found_behind_what_is_before_it(body: bytes, root: str) -> None:
    assert root_of(body) == root


@given(st.sampled_from([body for body, _ in EXAMPLES]), st.text(" \t\r\n", max_size=9), st.binary(max_size=99))
def test_blanks_in_front_change_nothing(start: bytes, blanks: str, rest: bytes) -> None:
    assert form_of(blanks.encode() + start + rest) is form_of(start + rest)
