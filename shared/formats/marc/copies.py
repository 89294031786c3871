"""852, 949 and 952: data of copies. Read by one table of profiles; written as the library that loads them takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import Field, a_field
from shared.records import CopyData

# Tag -> code of subfield -> field of CopyData. Where several codes mean the same, the first of the field counts.
# 852 is MARC 21's own. 949 has no standard; this is how British systems take it (OCLC OLIB, `Tag 949`, type A).
# 952 is Koha's: $a is the branch that owns the copy, $b the one that holds it.
PROFILES = {
    "852": {"b": "branch", "c": "collection", "h": "shelfmark", "p": "barcode", "9": "price"},
    "949": {"l": "branch", "s": "collection", "b": "shelfmark", "a": "barcode", "p": "price", "P": "price", "m": "item_type"},
    "952": {
        "a": "branch",
        "b": "branch",
        "8": "collection",
        "o": "shelfmark",
        "p": "barcode",
        "g": "price",
        "y": "item_type",
    },
}
_SHELFMARK_ITEMS = {"852": "i", "949": "c"}
"""The second part of a shelfmark, which follows the first after a space."""


@dataclass(frozen=True, slots=True)
class CopyFields:
    """The field in which a library's system loads a copy: one for each copy, its subfields in this order.

    `subfields` are pairs of a code and a field of `CopyData`; `fixed` are pairs of a code and the text that is always the same.
    """

    tag: str
    subfields: tuple[tuple[str, str], ...]
    fixed: tuple[tuple[str, str], ...] = ()


KOHA = CopyFields("952", tuple(PROFILES["952"].items()))
"""As Koha loads copies; it carries all but the fund."""


def read_copy(draft: Draft, field: Field) -> None:
    """Reads one copy."""
    profile, item = PROFILES[field.tag], _SHELFMARK_ITEMS.get(field.tag)
    found: dict[str, str] = {}
    over = []
    for code, text in field.subfields:
        name = profile.get(code, "")
        if code == item and "shelfmark" in found:
            found["shelfmark"] += f" {text}"
        elif not name or (name in found and found[name] != text):
            over.append((code, text))
        else:
            found[name] = text
    if found:
        draft.copies.append(CopyData(**found))
    if over:
        draft.leave(field, over)


def write_copies(copies: Iterable[CopyData], written: CopyFields) -> Iterator[Field]:
    """Writes each copy as one field. What a copy does not state is left out, and so is a copy that states nothing."""
    for copy in copies:
        stated = [(code, text) for code, name in written.subfields if (text := getattr(copy, name))]
        if stated:
            yield from a_field(written.tag, "  ", *written.fixed, *stated)
