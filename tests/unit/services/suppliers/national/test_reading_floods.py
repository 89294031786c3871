"""What is read of a file that holds far too much: a bounded part, with the reason."""

from services.suppliers.contract import RawMessage
from services.suppliers.national.read import read
from shared.findings import MOST_FINDINGS, MoreFindings, Severity
from shared.formats import edifact
from shared.formats.edifact.reader import MOST_SEGMENTS


def _products(number: int) -> RawMessage:
    return RawMessage("x", b'<ONIXMessage release="3.0">' + b"<Product/>" * number + b"</ONIXMessage>")


def test_of_many_findings_the_first_are_kept_and_the_rest_counted() -> None:
    reading = read(_products(1_500))

    assert reading.facts == ()
    assert len(reading.findings) == MOST_FINDINGS + 1
    rest = reading.findings[-1]
    assert isinstance(rest, MoreFindings)
    # Each product has no ISBN, and cannot become a record.
    assert (rest.number, rest.severity) == (1_500 - MOST_FINDINGS, Severity.ERROR)


def test_too_many_segments_are_left_out_with_the_reason() -> None:
    raw = b"UNB+UNOC:3+A+B+260303:0915+71'UNH+1+ORDRSP:D:96A:UN'" + b"FTX'" * MOST_SEGMENTS + b"UNT+3+1'UNZ+1+71'"

    reading = edifact.read(raw)

    (message,) = reading.interchanges[0].messages
    assert len(message.segments) < MOST_SEGMENTS
    assert not message.complete
    assert reading.findings[0].code == "edifact-too-many-segments"
    assert reading.findings[0].severity is Severity.ERROR
