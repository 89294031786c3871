"""The example of each message against its file, both ways."""

from pathlib import Path

import pytest

from shared.findings import Finding
from shared.formats import edifact
from shared.formats.edifact import OutboundInterchange
from shared.formats.editeur import Invoice, check_amounts, read_as, read_message, to_message
from tests.unit.shared.formats.editeur.examples import AT, BOOKSELLER, COUNCIL, EXAMPLES

FILES = Path(__file__).parent / "files"


def written(name: str) -> bytes:
    message = to_message(EXAMPLES[name], association="EAN008")
    return edifact.write(OutboundInterchange(COUNCIL, BOOKSELLER, "118", AT, [message]))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_is_written_exactly_as_its_file(name: str) -> None:
    assert written(name) == (FILES / f"{name}.edi").read_bytes().replace(b"\n", b"")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_is_read_completely_and_without_findings(name: str) -> None:
    reading = edifact.read((FILES / f"{name}.edi").read_bytes())
    findings: list[Finding] = list(reading.findings)

    assert read_message(reading.interchanges[0].messages[0], findings) == EXAMPLES[name]
    assert findings == []


@pytest.mark.parametrize("name", ["invoic", "invoic-credit"])
def test_the_sums_of_an_example_agree(name: str) -> None:
    (message,) = edifact.read((FILES / f"{name}.edi").read_bytes()).interchanges[0].messages

    assert check_amounts(read_as(Invoice, message, [])) == []
