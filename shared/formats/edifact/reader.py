"""Reads EDIFACT: a stream as segments, or bytes as interchanges. Tolerant; whatever is wrong or odd becomes a finding."""

from shared.formats.edifact.envelope import Assembler
from shared.formats.edifact.model import Reading
from shared.formats.edifact.scanner import read_batches, read_segments

__all__ = ["read", "read_segments"]


def read(raw: bytes) -> Reading:
    """Everything in `raw`: interchanges with their messages, and findings. Never raises for content.

    Messages outside an interchange come in one with an empty header; messages and interchanges whose trailer is missing
    are there too, marked as not complete.
    """
    assembler = Assembler()
    for batch in read_batches([raw]):
        assembler.take(batch)
    return assembler.finish()
