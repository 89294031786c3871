"""Whether a file has all of its bytes, as its first and last ones show."""

import gzip

import pytest

from shared.sftp.endings import WINDOW, Ending, ending_of

INTERCHANGE = b"UNA:+.? 'UNB+UNOC:3+A+B+260303:0915+71'UNH+1+ORDRSP:D:96A:UN'BGM+231+X'UNT+3+1'UNZ+1+71'"
X12 = (
    b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *260303*0915*U*00401*000000071*0*P*>~IEA*1*000000071~"
)
ONIX = b'<?xml version="1.0"?>\n<ONIXMessage release="3.0"><Product/></ONIXMessage>\n'

WHOLE = {
    "EDIFACT": INTERCHANGE,
    "EDIFACT in lines": INTERCHANGE.replace(b"'", b"'\r\n") + b"\x1a",
    "EDIFACT of level B": b"UNB\x1dUNOB\x1f1\x1dA\x1dB\x1d1\x1cUNH\x1d1\x1cUNT\x1d2\x1d1\x1cUNZ\x1d1\x1d1\x1c",
    "EDIFACT with separators of its own": b"UNA:*.? ~UNB*UNOC:3*A*B*1*7~UNH*1~UNT*2*1~UNZ*1*7~",
    "EDIFACT with a wrong count": INTERCHANGE.replace(b"UNZ+1", b"UNZ+9"),
    "a message without interchange": b"UNH+1+ORDRSP:D:96A:UN'UNT+2+1'",
    "X12": X12,
    "X12 in lines": X12.replace(b"~", b"\n"),
    "ONIX": ONIX,
    "ONIX with a prefix": b'<o:ONIXMessage xmlns:o="x"></o:ONIXMessage >',
    "ONIX in UTF-16": ONIX.decode().encode("utf-16"),
    "XML with a comment behind it": ONIX + b"<!-- made by -->\n",
    "an empty root": b'<ONIXMessage release="3.0"/>',
    "TRADACOMS": b"STX=ANAA:1+5000000000000'MHD=1+ORDHDR:9'END=1'\r\n",
    "MARC": b"00040nam a2200037 a 4500001000200000\x1e7\x1e\x1d",
}


@pytest.mark.parametrize("form", WHOLE)
def test_a_file_is_complete_only_with_its_last_byte(form: str) -> None:
    whole = WHOLE[form]

    assert _ending(whole) is Ending.COMPLETE
    # From the byte after the beginning to the last but one: nothing that is cut off looks complete.
    printed = len(whole.rstrip(b" \r\n\x1a\0")) if "comment" not in form else len(ONIX.rstrip())
    beginning = 36 if form == "ONIX in UTF-16" else 30
    endings = {length: _ending(whole[:length]) for length in range(min(beginning, printed - 1), printed)}
    assert {length for length, ending in endings.items() if ending is not Ending.MISSING} == set()


def test_the_first_of_two_interchanges_is_no_end_once_the_second_has_begun() -> None:
    assert _ending(INTERCHANGE + INTERCHANGE[:40]) is Ending.MISSING
    assert _ending(INTERCHANGE + INTERCHANGE) is Ending.COMPLETE


def test_only_the_ends_of_a_long_file_are_needed() -> None:
    lines = b"".join(b"FTX+LIN++++%d'" % number for number in range(9_999))
    long = INTERCHANGE.replace(b"BGM+231+X'", lines)

    assert ending_of(long[:WINDOW], long[-WINDOW:]) is Ending.COMPLETE
    assert ending_of(long[:WINDOW], long[-WINDOW:-1]) is Ending.MISSING


@pytest.mark.parametrize(
    "body", [b"isbn;title\r\n978;A book\r\n", b"", b"rubbish", b'{"a": 1}', gzip.compress(b"x", mtime=0), b"%PDF-1.7 %%EOF"]
)
def test_a_form_without_a_mark_at_its_end_may_always_grow(body: bytes) -> None:
    assert _ending(body) is Ending.UNKNOWN


def _ending(body: bytes) -> Ending:
    return ending_of(body[:WINDOW], body[-WINDOW:])
