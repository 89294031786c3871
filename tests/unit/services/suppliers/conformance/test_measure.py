"""How much is in a file, counted without an adapter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.suppliers.conformance.measure import Measure, measure

# 105 characters and the terminator, as the header's fixed lengths have it.
ISA = (
    b"ISA*00*"
    + b" " * 10
    + b"*00*"
    + b" " * 10
    + b"*ZZ*"
    + b"A" * 15
    + b"*ZZ*"
    + b"B" * 15
    + b"*260303*0915*U*00401*000000001*0*P*>~"
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ISA + b"\nGS*SH*A*B~ST*856*1~SE*2*1~ST*856*2~SE*2*2~GE*2*1~IEA*1*1~\n", Measure("X12", 2, 8)),
        (b"ISA*00*", Measure("text", 0, 1)),
        (b"UNB+UNOC:3+A+B+260303:0915+1'UNH+1+ORDRSP:D:96A:UN'UNT+2+1'UNZ+1+1'", Measure("EDIFACT", 1, 4)),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a><b/>text</a>", Measure("XML", 1, 2)),
        (b' {"a": [{"b": 1}, {"c": "{{{"}]}', Measure("JSON", 1, 3)),
        (b'[{"a": 1}, {"b": 2}]', Measure("JSON", 2, 2)),
        (b'{"a": ', Measure("JSON, broken", 0, 0)),
        (b"[" * 100_000, Measure("JSON, broken", 0, 0)),
        (b"00026nam a\x1eone\x1e\x1d00026nam a\x1eone\x1e\x1d", Measure("MARC", 2, 4)),
        (b"isbn\n9780141439518\n", Measure("text", 0, 2)),
        (b"", Measure("empty", 0, 0)),
    ],
)
def test_messages_and_their_parts_are_counted(body: bytes, expected: Measure) -> None:
    assert measure(body) == expected


_BEGINNINGS = (b"", b"UNB+UNOC:3", b"UNA:+.? '", ISA, b"<a>", b"{", b"[", b"\xef\xbb\xbf", b"\x1e\x1d")


@given(st.sampled_from(_BEGINNINGS), st.binary(max_size=300))
def test_any_bytes_can_be_measured(beginning: bytes, rest: bytes) -> None:
    body = beginning + rest
    found = measure(body)
    # Nothing is counted twice, and where messages are made of segments each has at least the one that opens it.
    assert 0 <= found.segments <= len(body)
    assert 0 <= found.messages <= (found.segments if found.form in ("EDIFACT", "X12") else len(body))
    assert (found.form == "empty") == (found.segments == 0 and not body.strip(b" \t\r\n\xef\xbb\xbf"))
    assert measure(b" \r\n" + body) == found
