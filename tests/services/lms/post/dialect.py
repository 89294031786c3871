"""A dialect in which files are JSON: what is in them is what is read, and answers say in words what they tell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.dialects.facts import (
    Answer,
    FileOut,
    FileTaken,
    GoodsExpected,
    InvoiceAccepted,
    LineNames,
    LinesAnswered,
    OrderNames,
    OrderNotPlaced,
    PartyName,
    ReadFile,
    ReadOrder,
    RecordsChanged,
    Sending,
    TitlesSelected,
)
from services.lms.speaking import Correspondent
from shared.errors import Fault
from shared.findings import Finding, Severity

NOBODY = PartyName()
KINDS = ("CONTRL", "APERAK", "ORDRSP", "DESADV", "INVOIC", "QUOTES")


def file_of(*numbers: str, faults: Mapping[str, Sequence[str]] | None = None, test: bool = False, note: str = "") -> bytes:
    """A file with orders of these numbers. `faults`: what is wrong with an order, by its number. `note` makes it another file."""
    orders = [{"number": number, "faults": list((faults or {}).get(number, ())), "note": note} for number in numbers]
    return json.dumps({"orders": orders, "test": test}).encode()


@dataclass(frozen=True)
class JsonDialect:
    """Reads what `file_of` writes. `takes`: the kinds of answers that its LMS takes."""

    repeats_answers: bool = True
    wants_hub_leg: bool = False
    takes: tuple[str, ...] = KINDS

    def read(self, raw: bytes) -> ReadFile:
        """Read a file; one that is no JSON is refused, as half a file is."""
        if raw == b"fault of ours":
            raise RuntimeError("a dialect must not raise")
        try:
            content = json.loads(raw)
        except ValueError:
            cut = Finding("cut", "the file ends in the middle", Severity.ERROR, segment=1)
            return ReadFile(NOBODY, NOBODY, "", None, False, (), (cut,), refusal="the file ends in the middle", syntax_error="13")
        orders = tuple(_order(each) for each in content["orders"])
        return ReadFile(NOBODY, NOBODY, "ref", None, content["test"], orders, ())

    def write(self, answer: Answer, sending: Sending) -> FileOut | None:
        """Write in words what is told."""
        kind, content = _told(answer)
        if kind not in self.takes:
            return None
        return FileOut("out", f"{sending.reference:04}.{kind}", kind, json.dumps(content).encode())


def _order(content: dict[str, Any]) -> ReadOrder:
    number = content["number"]
    line = LineNames(line_number=1, place="1", reference=f"{number}/1", article="9781526622433", article_type="EN")
    names = OrderNames(
        order_number=number, control_reference="ref", message_reference="1", sender=NOBODY, recipient=NOBODY, buyer=NOBODY,
        supplier=NOBODY, lines=(line,),
    )  # fmt: skip
    faults = tuple(Fault("/lines/0", code, f"{code} is wrong") for code in content["faults"])
    return ReadOrder({"order_number": number, "lines": [], "note": content["note"]}, names, faults, {"/lines/0": 3})


def _told(answer: Answer) -> tuple[str, dict[str, Any]]:
    match answer:
        case FileTaken(file=file):
            return "CONTRL", {"refusal": file.refusal}
        case OrderNotPlaced():
            return "APERAK", {"order": answer.names.order_number, "faults": [fault.code for fault in answer.faults]}
        case LinesAnswered():
            codes = [line.status_code for line in answer.answer.lines]
            return "ORDRSP", {"order": answer.names.order_number, "codes": codes, "names": _names(answer.lines)}
        case GoodsExpected():
            return "DESADV", {"copies": [str(copy.copy_id) for copy in answer.expected.copies], "names": _names(answer.lines)}
        case InvoiceAccepted():
            return "INVOIC", {"parts": [part.part for part in answer.parts], "names": _names(answer.lines)}
        case TitlesSelected():
            return "QUOTES", {"selection": answer.selection.selection_number}
        case RecordsChanged():
            return "MARC", {"size": len(answer.content)}


def _names(lines: Mapping[str, Any]) -> dict[str, str | None]:
    return {key: None if line.names is None else line.names.reference for key, line in sorted(lines.items())}


@dataclass
class Boxes:
    """The mailboxes that there are."""

    all: list[Correspondent] = field(default_factory=list)

    async def named(self, _: AsyncConnection, mailbox_id: str) -> Correspondent | None:
        """Return one of them."""
        return next((box for box in self.all if box.mailbox_id == mailbox_id), None)

    async def of_council(self, _: AsyncConnection, council: str) -> Sequence[Correspondent]:
        """Return those of a council."""
        return [box for box in self.all if box.council == council]
