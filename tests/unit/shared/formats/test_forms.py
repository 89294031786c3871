"""What a file is, by its first bytes."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats.forms import Form, form_of

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
    (b"", Form.OTHER),
]


@pytest.mark.parametrize(("body", "form"), EXAMPLES)
def test_a_file_is_known_by_its_first_bytes(body: bytes, form: Form) -> None:
    assert form_of(body) is form


@given(st.sampled_from([body for body, _ in EXAMPLES]), st.text(" \t\r\n", max_size=9), st.binary(max_size=99))
def test_blanks_in_front_change_nothing(start: bytes, blanks: str, rest: bytes) -> None:
    assert form_of(blanks.encode() + start + rest) is form_of(start + rest)
