"""Spoils some of the files that the bookseller sends, as real booksellers do, and keeps a journal of it.

Works on finished files; knows neither how they are written nor what a receiver does with them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from local.simulators.bookseller.chance import digits, number, pick, share
from local.simulators.bookseller.memory import Outgoing
from local.simulators.bookseller.options import Faults

_SEGMENT = re.compile(rb"(?:\?.|[^?'])*'", re.DOTALL)
_REFERENCE = re.compile(rb"RFF.(ON|LI).([A-Za-z0-9 ./_-]+)")
# The segments that are the same in every run: they hold no identities, dates or references of the run.
_LASTING = (b"NAD", b"LIN", b"PIA", b"QTY", b"FTX")
# After half a file, the complete file follows this much later, under another name.
_MEND_SECONDS = 1.5
_NOISE_BYTES = 700


@dataclass(frozen=True, slots=True)
class Prank:
    """One spoiled file, as the journal records it.

    `copies`: copy numbers by correct line key; no numbers mean the whole line. `mistyped`: reference in the file -> correct one.
    """

    path: str
    fault: str
    order_number: str
    copies: Mapping[str, Sequence[int]]
    mistyped: Mapping[str, str] = field(default_factory=dict)


def read_journal(journal: Path) -> list[Prank]:
    """Returns each spoiled file once; an empty list where there is no journal."""
    if not journal.exists():
        return []
    pranks = [Prank(**json.loads(line)) for line in journal.read_text("utf-8").splitlines()]
    return list({prank.path: prank for prank in pranks}.values())


class Mischief:
    """Spoils files by a seed, so that the same orders always have the same faults."""

    def __init__(self, seed: str, faults: Faults, journal: Path) -> None:
        self._seed = seed
        self._faults = faults
        self._journal = journal

    def spoil(self, files: Iterable[Outgoing]) -> Iterator[Outgoing]:
        """Yields the files as they are sent: some changed, some with further files."""
        for file in files:
            content = _Content(file.body)
            fault = self._fault_of(file, content)
            if fault is None:
                yield file
                continue
            spoiled = _WAYS[fault](file, content, (self._seed, *content.lasting))
            self._note(fault, content, spoiled)
            yield from spoiled.files

    def _fault_of(self, file: Outgoing, content: _Content) -> str | None:
        if not content.order_number:
            return None
        point = share(self._seed, file.path.partition("/")[0], *content.lasting, "fault")
        for one in fields(self._faults):
            width: float = getattr(self._faults, one.name)
            if point < width:
                return one.name
            point -= width
        return None

    def _note(self, fault: str, content: _Content, spoiled: _Spoiled) -> None:
        """Writes to the journal before the files are queued: a file named twice is better than a missing one."""
        mistyped = {wrong.decode(): right.decode() for wrong, right in spoiled.mistyped.items()}
        with self._journal.open("a", encoding="utf-8") as journal:
            for path in spoiled.bad:
                prank = Prank(path, fault, content.order_number.decode(), content.copies(), mistyped)
                journal.write(json.dumps(asdict(prank)) + "\n")


class _Content:
    """A file by its segments. A file that is not EDIFACT about an order has no order number."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.segments = [segment.strip() for segment in _SEGMENT.findall(body)]
        named = [found for segment in self.segments if (found := _REFERENCE.match(segment))]
        self.order_number: bytes = next((found[2] for found in named if found[1] == b"ON"), b"")
        self.line_keys: list[bytes] = [found[2] for found in named if found[2] != self.order_number]
        self.interchange_reference = self.segments[-1].rstrip(b"'").split(b"+")[-1] if self.segments else b""

    @property
    def lasting(self) -> tuple[str, ...]:
        """The parts of the content that are the same in every run."""
        kind = b"".join(segment.split(b"+")[-1] for segment in self.segments if segment.startswith(b"UNH"))
        kept = [segment for segment in self.segments if segment.startswith(_LASTING)]
        return tuple(part.decode("latin-1") for part in (self.order_number, kind, *kept))

    def copies(self) -> dict[str, list[int]]:
        """Returns copy numbers by line key; a line whose copies are not named has none."""
        found: dict[str, list[int]] = {}
        numbers: list[int] = []
        for segment in self.segments:
            if segment.startswith(b"LIN"):
                numbers = []
            elif segment.startswith(b"GIR") and segment[4:7].isdigit():
                numbers.append(int(segment[4:7]))
            elif (named := _REFERENCE.match(segment)) and named[2] in self.line_keys:
                # GIR may come before or after the reference: both fill the one list.
                found[named[2].decode()] = numbers
        return found


@dataclass(frozen=True, slots=True)
class _Spoiled:
    """The result of spoiling a file: all files to send, the bad ones among them, and mistyped references (wrong -> correct)."""

    files: Sequence[Outgoing]
    bad: Sequence[str]
    mistyped: Mapping[bytes, bytes] = field(default_factory=dict)


_Way = Callable[[Outgoing, _Content, tuple[object, ...]], _Spoiled]


def _new_reference(file: Outgoing, content: _Content, about: tuple[object, ...]) -> _Spoiled:
    reference = digits(14, *about, "another reference").encode()
    start, end = content.segments[0], content.segments[-1]
    body = file.body
    for segment in (start if start.startswith(b"UNB") else content.segments[1], end):
        body = body.replace(segment, segment.replace(content.interchange_reference, reference), 1)
    again = Outgoing(_beside(file.path, "again"), file.due, body)
    return _Spoiled([file, again], [again.path])


def _wrong_order(file: Outgoing, content: _Content, _: tuple[object, ...]) -> _Spoiled:
    return _with_mistyped(file, [content.order_number])


def _wrong_line_key(file: Outgoing, content: _Content, _: tuple[object, ...]) -> _Spoiled:
    return _with_mistyped(file, content.line_keys)


def _wrong_references(file: Outgoing, content: _Content, _: tuple[object, ...]) -> _Spoiled:
    return _with_mistyped(file, [content.order_number, *content.line_keys])


def _with_mistyped(file: Outgoing, right: Iterable[bytes]) -> _Spoiled:
    wrong = {reference: _mistyped(reference) for reference in right}

    def typed(found: re.Match[bytes]) -> bytes:
        return found[0].removesuffix(found[2]) + wrong.get(found[2], found[2])

    body = _REFERENCE.sub(typed, file.body)
    mistyped = {theirs: ours for ours, theirs in wrong.items()}
    return _Spoiled([Outgoing(file.path, file.due, body)], [file.path], mistyped)


def _mistyped(reference: bytes) -> bytes:
    """Returns the reference with a letter O for the last zero, as tired people type, or with another last character."""
    if b"0" in reference:
        return b"O".join(reference.rsplit(b"0", 1))
    return reference[:-1] + (b"Y" if reference.endswith(b"X") else b"X")


def _wrong_charset(file: Outgoing, content: _Content, about: tuple[object, ...]) -> _Spoiled:
    """Adds the supplier's name with an accent, in bytes that the declared character set cannot hold."""
    declared, codec = pick(("UNOA latin-1", "UNOC utf-8", "UNOY latin-1", "UNOA utf-8"), *about, "charset").split()
    party = next(segment for segment in content.segments if segment.startswith(b"NAD+SU"))
    named = party.removesuffix(b"'") + "++Librairie Brontë'".encode(codec)
    body = re.sub(rb"(UNB.)UNO[A-Z]", rb"\1" + declared.encode(), file.body.replace(party, named, 1), count=1)
    return _Spoiled([Outgoing(file.path, file.due, body)], [file.path])


def _wrong_count(file: Outgoing, content: _Content, about: tuple[object, ...]) -> _Spoiled:
    """Makes UNT or UNZ state one more than there is."""
    tag = pick(("UNT", "UNZ"), *about, "trailer").encode()
    trailer = next(segment for segment in content.segments if segment.startswith(tag))
    found = re.search(rb"\d+", trailer)
    assert found is not None
    wrong = trailer.replace(found[0], b"%d" % (int(found[0]) + 1), 1)
    return _Spoiled([Outgoing(file.path, file.due, file.body.replace(trailer, wrong, 1))], [file.path])


def _cut_off(file: Outgoing, _: _Content, about: tuple[object, ...]) -> _Spoiled:
    """Cuts the file somewhere in its middle half, even inside a word."""
    length = len(file.body) // 4 + number(*about, "cut") % (len(file.body) // 2)
    half = Outgoing(file.path, file.due, file.body[:length])
    whole = Outgoing(_beside(file.path, "whole"), file.due + _MEND_SECONDS, file.body)
    return _Spoiled([half, whole], [half.path])


def _garbage(file: Outgoing, _: _Content, about: tuple[object, ...]) -> _Spoiled:
    kind = pick(tuple(_GARBAGE), *about, "garbage")
    rubbish = Outgoing(_beside(file.path, kind), file.due, _GARBAGE[kind](digits(12, *about, "odd")))
    return _Spoiled([file, rubbish], [rubbish.path])


def _noise(mark: str) -> bytes:
    return b"".join(number(mark, place).to_bytes(8, "big") for place in range(_NOISE_BYTES // 8))


def _error_page(mark: str) -> bytes:
    text = f"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1><p>{mark}</p></body></html>\n"
    return text.encode()


def _nothing(_: str) -> bytes:
    return b""


def _spreadsheet(mark: str) -> bytes:
    return f"Order,ISBN,Qty,Status\r\nsee mail of {mark},,,\r\n".encode()


_GARBAGE: Mapping[str, Callable[[str], bytes]] = {
    "noise": _noise,
    "page": _error_page,
    "empty": _nothing,
    "sheet": _spreadsheet,
}

_WAYS: Mapping[str, _Way] = {
    "new_reference": _new_reference,
    "wrong_order": _wrong_order,
    "wrong_line_key": _wrong_line_key,
    "wrong_references": _wrong_references,
    "wrong_charset": _wrong_charset,
    "wrong_count": _wrong_count,
    "cut_off": _cut_off,
    "garbage": _garbage,
}


def _beside(path: str, name: str) -> str:
    """Returns a second name, next to the file's own."""
    stem, dot, ending = path.rpartition(".")
    return f"{stem}-{name}{dot}{ending}"
