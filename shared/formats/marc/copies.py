"""852, 949 and 952: data of copies, by one table of profiles."""

from __future__ import annotations

from collections.abc import Iterator

from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import Field, a_field
from shared.records import CopyData, Record

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
_WRITTEN = "952"


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


def write_copies(record: Record) -> Iterator[Field]:
    """Writes the copies in 952, which carries all but the fund."""
    codes: dict[str, str] = {}
    for code, name in PROFILES[_WRITTEN].items():
        codes.setdefault(name, code)
    for copy in record.copies:
        texts = sorted((code, getattr(copy, name)) for name, code in codes.items())
        yield from a_field(_WRITTEN, "  ", *texts)
