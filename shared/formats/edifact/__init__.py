"""Reads and writes EDIFACT (ISO 9735) as the book trade uses it. Reading is tolerant and yields findings; writing is exact.

Knows no message type.
"""

from shared.formats.edifact.codes import Code
from shared.formats.edifact.model import Interchange, Message, OutboundInterchange, OutboundMessage, Reading, Segment
from shared.formats.edifact.reader import read, read_segments
from shared.formats.edifact.separators import DEFAULT, Separators
from shared.formats.edifact.text import number, parse_number
from shared.formats.edifact.writer import Unencodable, write

__all__ = [
    "DEFAULT",
    "Code",
    "Interchange",
    "Message",
    "OutboundInterchange",
    "OutboundMessage",
    "Reading",
    "Segment",
    "Separators",
    "Unencodable",
    "number",
    "parse_number",
    "read",
    "read_segments",
    "write",
]
