"""Reads what a test writes as one line per segment, as a sender would."""

from shared.findings import Finding
from shared.formats import edifact
from shared.formats.editeur import LibraryMessage, read_message


def read(kind: str, body: str) -> tuple[LibraryMessage, list[Finding]]:
    """The message of a type whose segments are the lines of `body`, with its findings."""
    segments = [line.strip() for line in body.strip().splitlines()]
    heading = ["UNB+UNOC:3+5098765432100:14+5012345678900:14+260302:0930+1'", f"UNH+1+{kind}:D:96A:UN'"]
    whole = [*heading, *segments, f"UNT+{len(segments) + 2}+1'", "UNZ+1+1'"]
    (message,) = edifact.read("".join(whole).encode("latin-1")).interchanges[0].messages
    findings: list[Finding] = []
    value = read_message(message, findings)
    assert value is not None
    return value, findings


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


HEADING = """
BGM+231+R-1+4'
DTM+137:20260302:102'
RFF+ON:PO-1'
NAD+BY+5012345678900::9'
NAD+SU+5098765432100::9'
"""
