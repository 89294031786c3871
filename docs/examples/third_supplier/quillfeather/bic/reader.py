"""Reads JSON documents tolerantly: a value of a wrong type is left out and named in a finding, the rest is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError
from shared.findings import Finding, Severity

from quillfeather.bic.codes import ROOTS, Code
from quillfeather.bic.documents import Despatch, Document
from quillfeather.bic.parts import BUYER_ORDER, Line, reference_in

_ROUNDS = 5
"""How often wrong values may be left out. Once is usually enough; a value that is wrong in two ways needs more."""

Place = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The document, None when the bytes are none of the three, and its findings; their texts begin with a JSON pointer."""

    document: Document | None
    findings: tuple[Finding, ...]


def read(raw: bytes) -> Reading:
    """Reads the order, order response or despatch in `raw`, recognised by its root name. Never raises for bad content."""
    try:
        content = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return Reading(None, (Finding(Code.NOT_JSON, f"this is not JSON: {error}", Severity.ERROR),))
    names = [name for name in ROOTS if isinstance(content, dict) and isinstance(content.get(name), dict)]
    if not names:
        text = f"there is no object named {', '.join(ROOTS)} at the top"
        return Reading(None, (Finding(Code.NOT_DOCUMENT, text, Severity.ERROR),))
    findings: list[Finding] = []
    document = _validated(names[0], content[names[0]], findings)
    if document is not None:
        findings += _missing(f"/{names[0]}", document)
    return Reading(document, tuple(findings))


def _validated(root: str, content: dict[str, object], findings: list[Finding]) -> Document | None:
    """Returns the document without the values that cannot be read, which are removed from `content`."""
    for _ in range(_ROUNDS):
        try:
            return ROOTS[root].model_validate(content)
        except ValidationError as error:
            wrong = {one["loc"]: one["msg"] for one in error.errors(include_url=False, include_input=False)}
        # From the last to the first, so that the positions of earlier values in the same list stay correct.
        for place in reversed(wrong):
            _leave_out(content, place)
        findings += [_finding(Code.WRONG_TYPE, _pointer((root, *place)), text) for place, text in wrong.items()]
    findings.append(Finding(Code.NOT_DOCUMENT, f"/{root}: too many of its values cannot be read", Severity.ERROR))
    return None


def _leave_out(content: object, place: Place) -> None:
    """Removes the value at a place. An index is ignored where a single value is given without its list."""
    holder, key, here = content, place[0], content
    for step in place:
        if _holds(here, step):
            holder, key, here = here, step, here[step]  # type: ignore[index]
    if _holds(holder, key):
        del holder[key]  # type: ignore[attr-defined]


def _holds(content: object, step: int | str) -> bool:
    if isinstance(content, list):
        return isinstance(step, int) and step < len(content)
    return isinstance(content, dict) and step in content


def _missing(root: str, document: Document) -> Iterator[Finding]:
    """Yields findings for a missing number, missing lines and numbers that are not ISBNs."""
    if isinstance(document, Despatch):
        number, name = document.ship_notice_number, "ShipNoticeNumber"
    else:
        number, name = document.order_number or reference_in(document.reference_coded, BUYER_ORDER), "OrderNumber"
    if not number:
        yield _finding(Code.MISSING, f"{root}/{name}", "is missing", Severity.ERROR)
    lines = list(_lines(root, document))
    if not lines:
        yield _finding(Code.MISSING, root, "there are no lines", Severity.ERROR)
    for pointer, line in lines:
        if not line.isbn:
            yield _finding(Code.NO_ISBN, f"{pointer}/EAN13", f"{line.ean13!r} is not an ISBN")


def _lines(root: str, document: Document) -> Iterator[tuple[str, Line]]:
    """Yields each line with its JSON pointer."""
    if not isinstance(document, Despatch):
        yield from ((f"{root}/ItemDetail/{index}", line) for index, line in enumerate(document.item_detail))
        return
    for number, parcel in enumerate(document.package_detail):
        for index, line in enumerate(parcel.item_detail):
            yield f"{root}/PackageDetail/{number}/ItemDetail/{index}", line


def _finding(code: Code, pointer: str, text: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(code, f"{pointer}: {text}", severity)


def _pointer(place: Place) -> str:
    """Returns the JSON pointer (RFC 6901) of a place."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)
