"""The order book as far as answers need it: what was read, ordered; and the facts that others publish about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from services.lms.dialects import LmsProfile, read
from services.lms.dialects.facts import FileOut, KnownLine, ReadOrder, Sending
from services.orders.domain.asked import AskedOrder
from shared.contracts.base import Place
from shared.contracts.orders import OrderedCopy, OrderedLine
from shared.findings import Finding, Severity
from shared.formats import edifact, editeur
from shared.formats.editeur import LibraryMessage

NOW = datetime(2026, 11, 30, 14, 5, tzinfo=UTC)
SENDING = Sending(42, NOW)
_SPACE = UUID("8a0c0e8e-4a57-4d0b-8d2e-3f1f4d1c8a10")


def order_of(raw: bytes, profile: LmsProfile) -> ReadOrder:
    """Reads a file with one order that has no fault."""
    file = read(raw, profile)
    assert not file.refusal
    (order,) = file.orders
    assert order.faults == ()
    return order


def lines_of(order: ReadOrder) -> list[dict[str, Any]]:
    """Returns the lines of the document."""
    lines: Any = order.document["lines"]
    return list(lines)


def known_lines(order: ReadOrder) -> dict[str, KnownLine]:
    """Returns the lines of an order as they are once the order book has placed it with one supplier."""
    plain = {key: value for key, value in order.document.items() if key != "rush"}
    asked = AskedOrder.model_validate(plain)
    order_id = uuid5(_SPACE, asked.order_number)
    lines: dict[str, KnownLine] = {}
    for index, (line, names) in enumerate(zip(asked.lines, order.names.lines, strict=True), start=1):
        copies = [copy for copy in line.copies for _ in range(copy.quantity)]
        key = f"SB-{index:04d}"
        ordered = OrderedLine(
            line_key=key,
            line_number=line.line_number,
            supplier_id="albion",
            isbn=line.isbn,
            title=line.title,
            copies=tuple(
                OrderedCopy(
                    copy_id=uuid5(order_id, f"{key}/{number}"),
                    copy_number=number,
                    branch=Place(code=copy.branch),
                    fund=copy.fund,
                    sequence=copy.sequence,
                )
                for number, copy in enumerate(copies, start=1)
            ),
        )
        lines[key] = KnownLine(order_id, ordered, order.names, names)
    return lines


def written(file: FileOut | None) -> LibraryMessage:
    """Reads a file that we wrote, which has nothing wrong or unusual in it, and returns its message."""
    assert file is not None
    reading = edifact.read(file.content)
    ((message,),) = (interchange.messages for interchange in reading.interchanges)
    findings: list[Finding] = [*reading.findings]
    value = editeur.read_message(message, findings)
    assert value is not None
    assert [finding.text for finding in findings if finding.severity is not Severity.INFO] == []
    return value


def segments(file: FileOut | None) -> list[str]:
    """Returns the segments of a file as they are in it, with release characters."""
    assert file is not None
    text = file.content.decode("latin-1")
    return text.replace("?'", "\0").removeprefix("UNA:+.? '").replace("'", "'\n").replace("\0", "?'").splitlines()


def codes(findings: Sequence[Finding]) -> list[str]:
    """Returns the codes of findings."""
    return [str(finding.code) for finding in findings]
