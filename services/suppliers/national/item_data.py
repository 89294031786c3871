"""The data about a copy (GIR) beside branch, fund, sequence, shelf mark and servicing: its codes, read and written. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from services.suppliers.national.dialect import CopyCodes
from shared.contracts.orders import OrderedCopy
from shared.contracts.stated import ItemData, StatedItem
from shared.formats.edifact import Message
from shared.formats.editeur import COPY_DATA, Copy

_NOTE = "LVT"
_BARCODES = frozenset({"LAC", "LAF", "LAL"})
_KEPT = frozenset({"LLO", "LFN", "LSQ", "LSM", "LVC", "LQT"}) | COPY_DATA.keys() | _BARCODES
_WIDTH = 35
"""Characters of GIR 7402."""


def item_of(copy: Copy) -> ItemData | None:
    """Returns the data of a copy that a selection proposes; None where there is none."""
    fields = _stated(copy)
    return ItemData.model_validate(fields) if fields else None


def stated_item_of(copy: Copy) -> StatedItem | None:
    """Returns what a supplier states about a copy beyond the marks by which it names it; None where it states nothing."""
    fields: dict[str, object] = {**_stated(copy)}
    if shelfmark := copy.first("LSM").strip():
        fields["shelfmark"] = shelfmark
    if servicing := tuple(filter(None, map(str.strip, copy.all("LVC")))):
        fields["servicing"] = servicing
    return StatedItem.model_validate(fields) if fields else None


def _stated(copy: Copy) -> dict[str, str]:
    held = {field: " ".join(dict.fromkeys(map(str.strip, copy.all(code)))).strip() for code, field in COPY_DATA.items()}
    return {field: text for field, text in held.items() if text}


def codes_not_kept(message: Message) -> list[str]:
    """Returns the codes of values about copies (GIR) that a message gives and that we keep nowhere, sorted."""
    kept = _KEPT - _BARCODES if message.type.strip() == "QUOTES" else _KEPT
    held = (mark for segment in message.segments if segment.tag == "GIR" for mark in segment.elements[1:])
    codes = {mark[1].strip() if len(mark) > 1 else "" for mark in held if mark and mark[0].strip()}
    return sorted(codes - kept)


def pairs_of(copy: OrderedCopy, codes: CopyCodes) -> Iterator[tuple[str, str]]:
    """Yields value and code of the data that GIR can carry about an ordered copy.

    A code that the dialect uses for another value is left out: the supplier would read it as that value.
    """
    stated = copy.item.model_dump(exclude_defaults=True) if copy.item is not None else {}
    taken = set(codes.model_dump().values())
    for code, field in COPY_DATA.items():
        text = stated.get(field, "")
        if text and code not in taken:
            yield from ((part, code) for part in (wrap(text, _WIDTH) if code == _NOTE else (text,)))
