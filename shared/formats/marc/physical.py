"""300, 306 and 336 to 338: extent, illustrations, size, playing time; content, media and carrier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from operator import attrgetter

from shared.formats.marc.codes import CARRIER, CONTENT, MEDIA, inverted
from shared.formats.marc.draft import Draft, Read, reads_once
from shared.formats.marc.fields import FINAL, Field, a_field, clean, punctuated, stopped
from shared.records import Description, Dimensions, Record
from shared.remembering import remembered

_PAGES = re.compile(r"(\d{1,5})\s*(?:\[\d+\]\s*)?(?:unnumbered )?(?:pages?|pp?|S)(?!\w)", re.ASCII)
_HOURS = re.compile(r"(\d{1,3})\s*(?:hours?|hrs?|h)(?!\w)", re.ASCII)
_MINUTES = re.compile(r"(\d{1,4})\s*(?:minutes?|mins?)(?!\w)", re.ASCII)
_PLAYING_TIME = re.compile(r"(\d\d)(\d\d)\d\d", re.ASCII)
_NUMBER = r"(\d{1,5}(?:[.,]\d)?)"
# 338 $b: what 300 $a names before pages or playing time. How many discs there are is not known here.
_UNITS = {
    "cr": "1 online resource",
    "sd": "audio discs",
    "ss": "audiocassettes",
    "vd": "videodiscs",
    "cd": "computer discs",
}
_BY = r"\s*[x\u00d7]\s*"
_SIZE = re.compile(rf"{_NUMBER}(?:{_BY}{_NUMBER})?(?:{_BY}{_NUMBER})?\s*(cm|mm)", re.ASCII)


@remembered
def _clean(text: str) -> str:
    """Removes punctuation between areas, and the plus sign before accompanying material."""
    return clean(text.rstrip(" +")) if text.endswith("+") else clean(text)


def read_300(draft: Draft, field: Field) -> None:
    """Reads extent $a, illustrations $b, size $c and accompanying material $e of the first field; others are left over."""
    if draft.extent or draft.illustrations or draft.dimensions or draft.accompanying:
        draft.leave(field)
        return
    parts = draft.parts(field, "abce")
    draft.extent, draft.illustrations, size, draft.accompanying = [
        _clean(parts[code][0]) if code in parts else "" for code in "abce"
    ]
    draft.dimensions = dimensions_of(size) if size else None
    for code, texts in parts.items():
        unread = code == "c" and draft.dimensions is None
        if unread or len(texts) > 1:
            draft.leave_texts(field, code, texts if unread else texts[1:])


@remembered
def pages_of(extent: str) -> int | None:
    """Returns the number of pages that a statement of extent gives."""
    found = _PAGES.search(extent)
    return int(found[1]) if found else None


@remembered
def minutes_of(extent: str) -> int | None:
    """Returns the playing time that a statement of extent gives, in minutes."""
    hours, minutes = _HOURS.search(extent), _MINUTES.search(extent)
    if hours is None and minutes is None:
        return None
    return (int(hours[1]) * 60 if hours else 0) + (int(minutes[1]) if minutes else 0)


@remembered
def dimensions_of(text: str) -> Dimensions | None:
    """Returns the size in millimetres; None where it is not in centimetres or millimetres."""
    found = _SIZE.fullmatch(text)
    if found is None:
        return None
    factor = 10 if found[4] == "cm" else 1
    sizes = [round(float(part.replace(",", ".")) * factor) if part else None for part in found.groups()[:3]]
    return Dimensions(*sizes)


def _size(dimensions: Dimensions | None) -> str:
    """Returns the size as cataloguers write it: whole centimetres of height where that is all, else millimetres."""
    if dimensions is None or dimensions.height is None:
        return ""
    height, width, thickness = dimensions.height, dimensions.width, dimensions.thickness
    if width is None:
        return f"{height // 10} cm" if height % 10 == 0 else f"{height} mm"
    return " x ".join(str(part) for part in (height, width, thickness) if part is not None) + " mm"


def write_300(record: Record) -> Iterator[Field]:
    """Writes the physical description; pages and minutes are in the extent, or become it. Before a series it ends with a stop."""
    book = record.description
    texts = [
        ("a", book.extent or _extent(book), ""),
        ("b", book.illustrations, " :"),
        ("c", _size(book.dimensions), " ;"),
        ("e", book.accompanying, " +"),
    ]
    subfields = punctuated(texts)
    # `clean` keeps a plus sign, so the mark before accompanying material is added here.
    with_plus = [
        (code, f"{text} +" if book.accompanying and place == len(subfields) - 2 else text)
        for place, (code, text) in enumerate(subfields)
    ]
    return a_field("300", "  ", *(stopped(with_plus, FINAL) if book.series else with_plus))


def _extent(book: Description) -> str:
    """Returns the extent where none is stated in words: pages or playing time, in the units of the carrier, if it has any."""
    minutes = book.minutes or 0
    parts = (f"{minutes // 60} hr." if minutes >= 60 else "", f"{minutes % 60} min." if minutes % 60 else "")
    amount = f"{book.pages} pages" if book.pages else ", ".join(filter(None, parts))
    units = next((_UNITS[code] for code in book.carrier if code in _UNITS), "")
    return f"{units} ({amount})" if units and amount else amount


def read_306(draft: Draft, field: Field) -> None:
    """Reads the playing time in hours, minutes and seconds: the sum of all parts."""
    for text in draft.parts(field, "a").get("a", ()):
        found = _PLAYING_TIME.fullmatch(text)
        if found is None:
            draft.leave(field, [("a", text)])
        else:
            draft.minutes = (draft.minutes or 0) + int(found[1]) * 60 + int(found[2])


def write_306(record: Record) -> Iterator[Field]:
    """Writes the playing time, unless the extent states it."""
    minutes = record.description.minutes
    if minutes is None or minutes == minutes_of(record.description.extent) or minutes >= 100 * 60:
        return iter(())
    return a_field("306", "  ", ("a", f"{minutes // 60:02}{minutes % 60:02}00"))


def _coded(terms: Mapping[str, str], name: str) -> Read:
    codes, list_of = inverted(terms), attrgetter(name)

    @reads_once(name)
    def read(draft: Draft, field: Field) -> None:
        parts = draft.parts(field, "ab2")
        found = parts.get("b") or [codes[text] for text in map(clean, parts.get("a", ())) if text in codes]
        if not found:
            draft.leave(field, [pair for pair in field.subfields if pair[0] in parts])
        list_of(draft).extend(found)

    return read


read_336 = _coded(CONTENT, "content")
read_337 = _coded(MEDIA, "media")
read_338 = _coded(CARRIER, "carrier")


def write_33x(record: Record) -> Iterator[Field]:
    """Writes content, media and carrier, each code with its term."""
    book = record.description
    rows = (("336", book.content, CONTENT), ("337", book.media, MEDIA), ("338", book.carrier, CARRIER))
    sources = {"336": "rdacontent", "337": "rdamedia", "338": "rdacarrier"}
    for tag, codes, terms in rows:
        for code in codes:
            yield from a_field(tag, "  ", ("a", terms.get(code, "")), ("b", code), ("2", sources[tag]))
