"""What is written is what is read, and nothing that is read disappears."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.findings import Finding
from shared.formats import edifact
from shared.formats.edifact import Message, OutboundInterchange, Segment
from shared.formats.editeur import LibraryMessage, read_message, to_message
from shared.formats.editeur.messages import TYPES
from tests.unit.shared.formats.editeur.examples import AT
from tests.unit.shared.formats.editeur.strategies import messages

_NO_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
_TAGS = [
    *("BGM", "DTM", "FTX", "RFF", "NAD", "CTA", "COM", "CUX", "TAX", "MOA", "PAT", "PCD", "TDT", "LOC", "ALC", "RTE", "LIN"),
    *("PIA", "IMD", "MEA", "QTY", "GIN", "GIR", "PRI", "STS", "CPS", "PAC", "PCI", "CNT", "UNS", "UCI", "UCM", "UCS", "UCD"),
    *("DOC", "ZZZ"),
]
_QUALIFIERS = [
    *("1", "2", "8", "9", "11", "12", "21", "47", "79", "86", "124", "125", "171", "203"),
    *("API", "ON", "LI", "BY", "SU", "A", "C", "S", "001"),
]


def through_bytes(value: LibraryMessage) -> Message:
    written = edifact.write(OutboundInterchange("S", "R", "1", AT, [to_message(value)], charset="UNOY", syntax_version=4))
    reading = edifact.read(written)
    assert not [finding for finding in reading.findings if finding.code not in ("edifact-quantity-total", "edifact-line-count")]
    return reading.interchanges[0].messages[0]


@pytest.mark.parametrize("kind", TYPES)
def test_a_message_is_read_as_it_was_written(kind: str) -> None:
    @given(messages(TYPES[kind]))
    @settings(suppress_health_check=_NO_CHECKS)
    def holds(value: LibraryMessage) -> None:
        findings: list[Finding] = []
        assert read_message(through_bytes(value), findings) == value
        assert not {finding.code for finding in findings} & {"library-unexpected-segment", "library-extra-data"}

    holds()


@st.composite
def _any_segments(draw: st.DrawFn) -> list[Segment]:
    """Segments with any content, in which every component is a text that occurs once, but for some first components."""
    made: list[Segment] = []
    for tag in draw(st.lists(st.sampled_from(_TAGS), max_size=25)):
        shape = draw(st.lists(st.integers(0, 7), max_size=7))
        elements = [[f"<{len(made)}/{index}/{each}>" for each in range(width)] for index, width in enumerate(shape)]
        if elements and elements[0] and draw(st.booleans()):
            elements[0][0] = draw(st.sampled_from(_QUALIFIERS))
        made.append(Segment.of(tag, *elements))
    return [Segment(each.tag, each.elements, number, number) for number, each in enumerate(made, start=2)]


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_in_a_message_disappears(kind: str) -> None:
    @given(_any_segments())
    @settings(suppress_health_check=_NO_CHECKS)
    def holds(segments: list[Segment]) -> None:
        findings: list[Finding] = []
        header = Segment.of("UNH", "1", (kind, "D", "96A", "UN"))
        value = read_message(Message(header, tuple(segments)), findings)
        kept = repr(value) + " ".join(finding.text for finding in findings)
        for segment in segments:
            if segment == Segment.of("CNT", ("2", segment.get(0, 1))):
                continue
            for text in (text for element in segment.elements for text in element if text.startswith("<")):
                assert text in kept, segment

    holds()


def test_a_message_of_another_type_is_none_of_ours() -> None:
    assert read_message(Message(Segment.of("UNH", "1", ("PAYORD", "D", "96A", "UN")), ()), []) is None
