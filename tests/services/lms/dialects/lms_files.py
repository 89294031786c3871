"""Orders in the files of three library systems, with invented contents: each as that LMS writes, with its habits and faults.

Written apart from what is tested: by hand, segment by segment.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

LIBRARY, US = "5098765000019", "5012345678900"
LIBRARY_SAN, OUR_SAN = "5550017", "5550025"


@dataclass(frozen=True)
class AskedCopy:
    """One copy as the LMS has it."""

    branch: str = "IPSW"
    fund: str = "ADULT-FIC"
    sequence: str = "AF"
    shelfmark: str = "F AUS"


@dataclass(frozen=True)
class AskedLine:
    """One line as the LMS has it; `note` are its instructions."""

    isbn: str = "9780141439518"
    title: str = "Pride and prejudice"
    author: str = "Austen, Jane"
    reference: str = "4711"
    price: str = "9.99"
    note: str = ""
    copies: tuple[AskedCopy, ...] = field(default=(AskedCopy(),))


def released(text: str) -> str:
    """Writes release characters before separators."""
    for mark in "?+:'":
        text = text.replace(mark, "?" + mark)
    return text


def pieces(text: str, width: int) -> list[str]:
    """Cuts text into pieces."""
    return [text[start : start + width] for start in range(0, len(text), width)]


def changed(raw: bytes, *changes: tuple[str, str]) -> bytes:
    """Returns a file with parts of it replaced, and UNT counting the segments that are then there."""
    text = raw.decode("latin-1")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    messages = text.split("UNH+")
    for index, message in enumerate(messages[1:], start=1):
        count = len(re.findall(r"(?<!\?)'", message[: message.index("UNT+")])) + 1
        messages[index] = re.sub(r"UNT\+\d+", f"UNT+{count}", message)
    return "UNH+".join(messages).encode("latin-1")


def koha(lines: Sequence[AskedLine] = (AskedLine(),), *, number: str = "00000000123", trailer: str = "") -> bytes:
    """ORDERS as Koha writes it: references at random, a set for each copy, no release characters in sets, Latin letters only."""
    segments = [f"BGM+220+{number}+9", "DTM+137:20261130:102", f"NAD+BY+{LIBRARY}::9", f"NAD+SU+{US}::9"]
    for place, line in enumerate(lines, start=1):
        segments += [f"LIN+{place}++{line.isbn}:EN", f"PIA+5+{line.isbn}:EN"]
        for code, text in (("009", line.author), ("050", line.title)):
            cut = [released(piece) for piece in pieces(text, 35)]
            segments += [f"IMD+L+{code}+:::{':'.join(cut[at : at + 2])}" for at in range(0, len(cut), 2)]
        segments.append(f"QTY+21:{len(line.copies)}")
        for count, copy in enumerate(line.copies, start=1):
            note = f"+{line.note}:LVT" if line.note else ""
            marks = ((copy.fund, "LFN"), (copy.branch, "LLO"), (copy.sequence, "LSQ"), (copy.shelfmark, "LSM"))
            given = "".join(f"+{value}:{code}" for value, code in marks if value)
            segments.append(f"GIR+{count:03d}{given}{note}")
        segments += [f"PRI+AAE:{line.price}:CA"] if line.price else []
        segments.append(f"RFF+LI:{line.reference}")
    segments += ["UNS+S", f"CNT+2:{len(lines)}"]
    head = f"UNA:+.? 'UNB+UNOC:3+{LIBRARY}:14+{US}:14+261130:1012+00038201773301++ORDERS'"
    message = ["UNH+ME000123456789+ORDERS:D:96A:UN:EAN008", *segments, f"UNT+{len(segments) + 2}+ME000123456789"]
    return (head + "".join(f"{segment}'" for segment in message) + (trailer or "UNZ+1+00038201773301'")).encode("latin-1")


def evergreen(lines: Sequence[AskedLine] = (AskedLine(),), *, number: str = "218", counts: bool = True) -> bytes:
    """ORDERS as Evergreen writes it: every reference is 1, lines have its ids, sets are groups, text is where a code belongs."""
    head = f"UNA:+.? 'UNB+UNOB:3+{LIBRARY_SAN}:31B+{OUR_SAN}:31B+261130:1012+1'"
    segments = [f"BGM+220+{number}+9", "DTM+137:20261130:102", f"NAD+BY+{LIBRARY_SAN}::31B", "NAD+BY+ACC-7::91"]
    segments += [f"NAD+SU+{OUR_SAN}::31B", "NAD+SU+12::92", "CUX+2:GBP:9"]
    for place, line in enumerate(lines):
        identity = 90_001 + place
        segments += [f"LIN+{identity}++{line.isbn}:EN", f"PIA+5+{line.isbn}:EN"]
        segments += [f"IMD+F+BTI+:::{piece}" for piece in pieces(line.title, 70)] + ["IMD+F+BPU", "IMD+F+BPD+:::2026"]
        segments += [f"IMD+F+BAU+:::{piece}" for piece in pieces(line.author, 70)]
        segments.append(f"QTY+21:{len(line.copies)}")
        for label, (copy, count) in enumerate(Counter(line.copies).items(), start=1):
            marks = [(copy.branch, "LLO"), (str(count) if counts else "", "LQT"), (copy.shelfmark, "LSM"), (copy.fund, "LFN")]
            marks.append((copy.sequence, "LFH"))
            segments.append(f"GIR+{label:03d}" + "".join(f"+{value}:{code}" for value, code in marks if value))
        segments += [f"FTX+LIN+1+{line.note}"] if line.note else []
        segments += [f"PRI+AAB:{line.price or '0.00'}", f"RFF+LI:{number}/{identity}"]
    segments += ["UNS+S", f"CNT+2:{len(lines)}"]
    message = ["UNH+1+ORDERS:D:96A:UN", *segments, f"UNT+{len(segments) + 2}+1", "UNZ+1+1"]
    return (head + "".join(f"{segment}'" for segment in message)).encode("ascii")


def folio(*orders: Sequence[AskedLine], numbers: Sequence[str] = (), rush: bool = False, quote: str = "?:") -> bytes:
    """ORDERS as FOLIO writes it: qualifier 014, day first, places without counts, prices of a line, UTF-8 declared as UNOC.

    `quote` is how the colon between fund and expense class is written.
    """
    numbers = numbers or [str(10_000 + index) for index in range(len(orders))]
    head = f"UNA:+.? 'UNB+UNOC:3+{LIBRARY}:014+{US}:014+301126:0312+7f0c0e8e4a574d'"
    text = "".join(_folio_order(lines, number, rush, quote) for lines, number in zip(orders, numbers, strict=True))
    return f"{head}\n{text}UNZ+{len(orders)}+7f0c0e8e4a574d'\n".encode()


def _folio_order(lines: Sequence[AskedLine], number: str, rush: bool, quote: str) -> str:
    segments = [f"BGM+{'224' if rush else '220'}+{number}+9", "DTM+137:20261130:102"]
    segments += [f"NAD+BY+{LIBRARY}::014+++1 High Street?, Ipswich", f"NAD+SU+{US}::014", "RFF+API:BR-01", "CUX+2:GBP:9"]
    total = 0
    for place, line in enumerate(lines, start=1):
        count = len(line.copies)
        total += count
        segments += [f"LIN+{place}++{line.isbn}:EN", f"PIA+5+{line.isbn}:IB", f"IMD+L+009+:::{released(line.author)}"]
        segments += [f"IMD+L+050+:::{released(piece)}" for piece in pieces(line.title, 70)] + ["IMD+L+180+:::Book"]
        pennies = round(float(line.price or 0) * 100) * count
        segments += [f"QTY+21:{count}", f"PRI+AAF:{pennies / 100}", f"PRI+AAB:GBP {pennies / 100:.2f}", "CUX+2:GBP:9"]
        segments += [f"FTX+LIN++::+{released(line.note)}"] if line.note else []
        segments.append(f"RFF+LI:{number}-{place}")
        segments += [f"RFF+BFN:{fund}{quote}Print" for fund in dict.fromkeys(copy.fund for copy in line.copies)]
        segments += [f"LOC+7+{copy.branch}::92" for copy in line.copies]
    segments += ["UNS+S", f"CNT+1:{total}", f"CNT+2:{len(lines)}"]
    message = [f"UNH+{number}+ORDERS:D:96A:UN:EAN008", *segments, f"UNT+{len(segments) + 2}+{number}"]
    return "".join(f"{segment}'\n" for segment in message)
