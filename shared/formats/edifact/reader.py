"""Reads EDIFACT (ISO 9735): a stream as segments, or bytes as interchanges (UNB, UNG, UNH and their trailers).

Tolerant: everything wrong or unusual becomes a finding.
"""

from shared.formats.edifact.envelope import Assembler
from shared.formats.edifact.model import Reading
from shared.formats.edifact.scanner import read_batches, read_segments

__all__ = ["read", "read_segments"]


def read(raw: bytes) -> Reading:
    """Reads everything in `raw`: interchanges with their messages, and findings. Never raises for content.

    Messages outside an interchange are put into one with an empty header. Messages and interchanges without a trailer are
    returned too, marked as not complete.
    """
    assembler = Assembler()
    for batch in read_batches([raw]):
        assembler.take(batch)
    return assembler.finish()
