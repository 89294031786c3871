"""130, 240, 245, 246, 250, 440, 490 and 830: titles, edition and series."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.formats.marc.draft import Draft
from shared.formats.marc.fields import FINAL, Field, a_field, clean, ended, punctuated, stopped
from shared.formats.marc.names import main_entry
from shared.records import Edition, Record, Series, TitleStatement

_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_EDITION_NUMBER = re.compile(r"(\d{1,3})(?:st|nd|rd|th|\.|e|ère|ª|º)?(?![\d\w])", re.ASCII)


def read_245(draft: Draft, field: Field) -> None:
    """Reads the title: $a, $b subtitle, $n and $p part, $c responsibility; the second indicator counts nonfiling characters."""
    title = next((text for code, stated in field.subfields if code == "a" and (text := clean(stated))), "")
    if draft.title is not None or not title:
        draft.leave(field)
        return
    parts = draft.parts(field, "abcnp")
    draft.leave_texts(field, "a", parts["a"][1:])
    second = field.indicators[1]
    draft.title = TitleStatement(
        title,
        nonfiling=int(second) if second in "123456789" else 0,
        subtitle=clean(" ".join(parts["b"])) if "b" in parts else "",
        part_number=_joined(parts["n"]) if "n" in parts else "",
        part_title=_joined(parts["p"]) if "p" in parts else "",
        responsibility=clean(" ".join(parts["c"])) if "c" in parts else "",
    )


def _joined(texts: list[str]) -> str:
    return ", ".join(filter(None, map(clean, texts)))


def write_245(record: Record) -> Iterator[Field]:
    """Writes the title with the punctuation of ISBD; the first indicator says whether there is a main entry beside it."""
    title = record.description.title
    if title is None:
        return iter(())
    before_part_title = "," if title.part_number else "."
    texts = [
        ("a", title.title, ""),
        ("n", title.part_number, "."),
        ("p", title.part_title, before_part_title),
        ("b", title.subtitle, " :"),
        ("c", title.responsibility, " /"),
    ]
    first = "0" if main_entry(record.description.contributors) is None else "1"
    return a_field("245", f"{first}{title.nonfiling}", *stopped(punctuated(texts), FINAL))


def read_uniform(draft: Draft, field: Field) -> None:
    """Reads the original title (130 or 240 $a)."""
    if draft.original_title:
        draft.leave(field)
        return
    parts = draft.parts(field, "a")
    draft.original_title = clean(parts.get("a", [""])[0])


def write_uniform(record: Record) -> Iterator[Field]:
    """Writes the original title: 240 with a main entry, else 130."""
    without_name = main_entry(record.description.contributors) is None
    tag, indicators = ("130", "0 ") if without_name else ("240", "10")
    return a_field(tag, indicators, ("a", record.description.original_title))


def read_246(draft: Draft, field: Field) -> None:
    """Reads another title: $a, $b, $n and $p."""
    parts = draft.parts(field, "abnp")
    title = clean(parts.get("a", [""])[0])
    part = "".join(f". {clean(text)}" for text in parts.get("n", []) + parts.get("p", []))
    subtitle = "".join(f" : {clean(text)}" for text in parts.get("b", ()))
    if title:
        draft.other_titles.append(title + part + subtitle)
    elif parts:
        draft.leave(field, [pair for pair in field.subfields if pair[0] in parts])


def write_246(record: Record) -> Iterator[Field]:
    """Writes the other titles."""
    for title in record.description.other_titles:
        yield from a_field("246", "3 ", ("a", title))


def read_250(draft: Draft, field: Field) -> None:
    """Reads the edition: the statement, and the number that it begins with."""
    parts = draft.parts(field, "a")
    statement = clean(parts.get("a", [""])[0])
    if draft.edition is None and statement:
        draft.edition = Edition(edition_number(statement), statement)
    elif parts:
        draft.leave(field, [pair for pair in field.subfields if pair[0] == "a"])


def edition_number(statement: str) -> str:
    """Returns the number that an edition statement begins with; "" where it begins with none."""
    found = _EDITION_NUMBER.match(statement)
    return found[1] if found else ""


def write_250(record: Record) -> Iterator[Field]:
    """Writes the edition in words."""
    return a_field("250", "  ", ("a", ended(_in_words(record.description.edition or Edition()), FINAL)))


def _in_words(edition: Edition) -> str:
    """Returns the statement; one that begins with a small letter is the kind of edition: its number goes before it, if any."""
    statement, number = edition.statement, edition.number
    if statement and not statement[0].islower():
        return statement
    if number.isdecimal():
        return f"{_ordinal(int(number))} {statement or 'edition'}"
    return statement[:1].upper() + statement[1:] if statement else number


def _ordinal(number: int) -> str:
    teens = 10 <= number % 100 <= 20
    return f"{number}{'th' if teens else _ORDINALS.get(number % 10, 'th')}"


def read_490(draft: Draft, field: Field) -> None:
    """Reads a series: $a title, $v number, $x ISSN."""
    found = _series(draft, field)
    if found is not None:
        draft.series.append(found)


def read_830(draft: Draft, field: Field) -> None:
    """Keeps a traced series until it is known whether 490 states it, too."""
    draft.traced.append(field)


def _series(draft: Draft, field: Field) -> Series | None:
    parts = draft.parts(field, "avx")
    title, number, issn = (clean(parts[code][0]) if code in parts else "" for code in "avx")
    for code, texts in parts.items():
        if not title or len(texts) > 1:
            draft.leave_texts(field, code, texts[1:] if title else texts)
    return Series(title, number, issn) if title else None


def series(draft: Draft) -> tuple[Series, ...]:
    """Returns the series of 490; those of 830 only where no 490 is there. What else 830 says is left over."""
    if not (draft.series or draft.traced):
        return ()
    stated = {one.title.casefold() for one in draft.series}
    if not stated:
        return tuple(found for field in draft.traced if (found := _series(draft, field)) is not None)
    for field in draft.traced:
        title = next((clean(text) for code, text in field.subfields if code == "a"), "")
        if title.casefold() not in stated:
            draft.leave(field)
    return tuple(draft.series)


def write_series(record: Record) -> Iterator[Field]:
    """Writes each series as stated (490) and traced (830), which ends with a full stop."""
    for tag, indicators in (("490", "1 "), ("830", " 0")):
        for one in record.description.series:
            subfields = punctuated([("a", one.title, ""), ("x", one.issn, ","), ("v", one.number, " ;")])
            yield from a_field(tag, indicators, *(stopped(subfields) if tag == "830" else subfields))
