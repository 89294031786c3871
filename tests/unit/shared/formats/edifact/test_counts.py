"""Counts that differ from what is there: what may be missing is an error, what is too much a warning."""

import pytest

from shared.findings import Severity
from shared.formats.edifact import Code, read
from tests.unit.shared.formats.edifact.examples import ORDER


@pytest.mark.parametrize(
    ("old", "new", "code", "severity"),
    [
        (b"CNT+2:2", b"CNT+2:3", Code.LINE_COUNT, Severity.ERROR),
        (b"CNT+2:2", b"CNT+2:1", Code.LINE_COUNT, Severity.WARNING),
        (b"CNT+2:2", b"CNT+2:", Code.LINE_COUNT, Severity.ERROR),
        (b"CNT+1:3", b"CNT+1:4", Code.QUANTITY_TOTAL, Severity.ERROR),
        (b"CNT+1:3", b"CNT+1:2", Code.QUANTITY_TOTAL, Severity.WARNING),
        (b"UNZ+1", b"UNZ+2", Code.MESSAGE_COUNT, Severity.ERROR),
        (b"UNZ+1", b"UNZ+0", Code.MESSAGE_COUNT, Severity.WARNING),
    ],
)
def test_what_may_be_missing_is_an_error_in_every_count(
    old: bytes, new: bytes, code: Code, severity: Severity
) -> None:  # case B4
    (finding,) = read(ORDER.replace(old, new)).findings

    assert (finding.code, finding.severity) == (code, severity)


def test_a_count_that_differs_says_where_it_is_and_what_was_found() -> None:
    (finding,) = read(ORDER.replace(b"UNZ+1", b"UNZ+2")).findings

    assert finding.text == "UNZ, the end of the interchange, states '2' messages, but 1 was found: some may be missing"
