"""Reads EDIFACT (ISO 9735): a stream as segments, or bytes as interchanges (UNB, UNG, UNH and their trailers).

Tolerant: everything wrong or unusual becomes a finding.
"""

from shared.findings import Finding, Severity
from shared.formats.edifact.codes import Code
from shared.formats.edifact.envelope import Assembler
from shared.formats.edifact.model import Reading
from shared.formats.edifact.scanner import read_batches, read_segments

__all__ = ["MOST_SEGMENTS", "read", "read_segments"]

MOST_SEGMENTS = 200_000
"""Of one file, because all of them are in memory. The largest message, of 9,999 lines, has about half as many."""


def read(raw: bytes) -> Reading:
    """Reads everything in `raw`: interchanges with their messages, and findings. Never raises for content.

    Messages outside an interchange are put into one with an empty header. Messages and interchanges without a trailer are
    returned too, marked as not complete. Of more than `MOST_SEGMENTS` the rest is left out, with a finding.
    """
    assembler = Assembler()
    taken = 0
    for batch in read_batches([raw]):
        taken += len(batch.items)
        if taken > MOST_SEGMENTS:
            return _with_rest_left_out(assembler.finish())
        assembler.take(batch)
    return assembler.finish()


def _with_rest_left_out(reading: Reading) -> Reading:
    text = f"the file has more than {MOST_SEGMENTS} segments; the rest is not read. Ask the supplier to send it in several files"
    return Reading(reading.interchanges, (Finding(Code.TOO_MANY_SEGMENTS, text, Severity.ERROR), *reading.findings))
