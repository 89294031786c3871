"""Cuts a file of records in XML into its records, by bytes. Parses nothing: what is in a record is not looked at.

Works on every character set that has ASCII's characters as ASCII's bytes; UTF-16 is turned into UTF-8 first.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping

from shared.frozen import dataclass

LARGEST_RECORD = 4 * 1024 * 1024
"""Bytes of one record. No honest record is larger; a larger one is kept aside, cut short."""

_MARK = 4
_LARGEST_PROLOGUE = 64 * 1024
_KEPT_OF_LARGE = 64 * 1024
_LONGEST_TAG = 1024
_SHOWN = 40
_NO_RECORD = "it is between the records and is not one"
_BETWEEN = re.compile(rb"(?:[\s\x00\x1a]+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_ROOT = re.compile(rb"<(?P<name>[A-Za-z_\x80-\xff][^\s/><]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+(?P<name>[^\s\[>]+)(?P<rest>(?:[^>\[\"']|\"[^\"]*\"|'[^']*')*)(?P<end>[>\[])", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


class Refused(ValueError):
    """The file, or the rest of it, is refused: it is broken, or (`dangerous`) holds what no honest sender needs."""

    def __init__(self, text: str, *, dangerous: bool = False) -> None:
        super().__init__(text)
        self.dangerous = dangerous


class WrongRoot(Refused):
    """The root is none of those that the format has."""


@dataclass(frozen=True, slots=True)
class Prologue:
    """What comes before the records: the declared encoding, the root's tag as written, and all between that and the first record.

    The last two are empty where a record is the root itself.
    """

    encoding: str
    root: bytes = b""
    header: bytes = b""


@dataclass(frozen=True, slots=True)
class Piece:
    """A record as it came: its 1-based number and its first byte in the file, counted in UTF-8 where the file is in UTF-16.

    `flaw` says what is wrong with it as a whole; it is empty where only parsing can tell.
    """

    number: int
    offset: int
    raw: bytes
    flaw: str = ""


def cut(chunks: Iterable[bytes], roots: Mapping[str, str], doctypes: frozenset[str]) -> Iterator[Prologue | Piece]:
    """Yields the prologue, then each record, and each piece between records that is no white space or comment.

    `roots`: the local name of a root -> that of its records. The root may be a record itself.

    Raises Refused for another root, for a DOCTYPE not admitted, and at the end of a file that ends before its root does.
    """
    buffer = _Buffer(_as_utf8(chunks))
    root, encoding = _find_root(buffer, doctypes)
    prefix, _, name = root["name"].rpartition(b":")
    local = name.decode("utf-8", "replace")
    if local in roots.values():
        buffer.drop(root.start())
        yield Prologue(encoding)
        yield from _pieces(buffer, _Marks(root["name"]), b"")
        return
    if local not in roots:
        raise WrongRoot(f"the root is {local!r}, not {' or '.join(repr(known) for known in roots)}")
    buffer.drop(root.end())
    marks = _Marks((prefix + b":" if prefix else b"") + roots[local].encode())
    tag, closed = (root[0][:-2] + b">", True) if root[0].endswith(b"/>") else (root[0], False)
    yield Prologue(encoding, tag, _header(buffer, marks))
    yield from _pieces(buffer, marks, b"" if closed else root["name"])


class _Buffer:
    """The part of a stream that is in memory: `data` from byte `offset` of the stream on."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.data = b""
        self.offset = 0

    def more(self) -> bool:
        """Adds the next chunk; False at the end of the stream."""
        chunk = next(self._chunks, None)
        self.data += chunk or b""
        return chunk is not None

    def drop(self, length: int) -> None:
        """Forgets the first bytes."""
        self.data = self.data[length:]
        self.offset += length


class _Marks:
    """Finds where a record of this name begins and ends: `<product`, but not `<productform`."""

    def __init__(self, name: bytes) -> None:
        self._begin = re.compile(rb"<" + re.escape(name) + rb"[>/ \n\r\t]")
        self._next = re.compile(rb"<(?P<end>/?)" + re.escape(name) + rb"[>/ \n\r\t]")
        self._empty = re.compile(rb"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*/>")

    def begin(self, data: bytes, start: int) -> int:
        """Returns where the next record begins; -1 where none does."""
        found = self._begin.search(data, start)
        return found.start() if found else -1

    def end(self, data: bytes, begin: int) -> int:
        """Returns where the record ends that begins there: behind its end tag, or where the next one begins; -1 if neither is."""
        if empty := self._empty.match(data, begin + 1):
            return empty.end()
        return self.leave(data, begin + 1)

    def leave(self, data: bytes, inside: int) -> int:
        """Returns where the record ends that this place is inside of; -1 where neither its end nor another one is there."""
        found = self._next.search(data, inside)
        if found is None:
            return -1
        return data.find(b">", found.start()) + 1 or -1 if found["end"] else found.start()


def _as_utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yields the stream without a byte order mark, and in UTF-8 where it is in UTF-16."""
    stream = iter(chunks)
    first = b""
    while len(first) < _MARK and (chunk := next(stream, None)) is not None:
        first += chunk
    wide = next((name for mark, name in _WIDE if first.startswith(mark)), None)
    if wide is None:
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from stream
        return
    decoder = codecs.getincrementaldecoder(wide)("replace")
    yield decoder.decode(first).removeprefix("\ufeff").encode()
    for chunk in stream:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _find_root(buffer: _Buffer, doctypes: frozenset[str]) -> tuple[re.Match[bytes], str]:
    """Returns the root's tag and the declared encoding."""
    ended = False
    while True:
        place = _behind(buffer.data, 0)
        if doctype := _DOCTYPE.match(buffer.data, place):
            if doctype["end"] == b"[" or doctype["name"].decode("utf-8", "replace") not in doctypes:
                raise Refused("a document type declaration is not allowed", dangerous=True)
            place = _behind(buffer.data, doctype.end())
        if root := _ROOT.match(buffer.data, place):
            declared = _DECLARED.search(buffer.data[:place])
            return root, declared[1].decode() if declared else "utf-8"
        if ended or len(buffer.data) > _LARGEST_PROLOGUE:
            raise Refused("it is not well-formed XML: no element begins it")
        ended = not buffer.more()


def _behind(data: bytes, start: int) -> int:
    between = _BETWEEN.match(data, start)
    return between.end() if between else start


def _header(buffer: _Buffer, marks: _Marks) -> bytes:
    """Takes what is before the first record, as far as it is complete: the rest of it is between records."""
    while (begin := marks.begin(buffer.data, 0)) < 0 and len(buffer.data) < _LARGEST_PROLOGUE:
        if not buffer.more():
            break
    header = buffer.data[: max(begin, 0)]
    buffer.drop(len(header))
    return header


def _pieces(buffer: _Buffer, marks: _Marks, root: bytes) -> Iterator[Piece]:
    """Numbers the pieces, and leaves out white space, comments and the root's end. `root` is empty where no end is expected."""
    number = 0
    closing = re.compile(rb"</" + re.escape(root) + rb"\s*>") if root else None
    for piece in _spans(buffer, marks):
        raw, flaw = piece.raw, piece.flaw
        if flaw == _NO_RECORD:
            if closing is not None and (end := closing.search(raw)):
                raw, closing = raw[: end.start()] + raw[end.end() :], None
            if _BETWEEN.fullmatch(raw) is not None:
                continue
            flaw += f"; it begins with {raw.lstrip()[:_SHOWN].decode('utf-8', 'replace')!r}"
        number += 1
        yield Piece(number, piece.offset, raw, flaw)
    if closing is not None:
        raise Refused(f"the file ends before </{root.decode('utf-8', 'replace')}>: a part of it may be missing")


def _spans(buffer: _Buffer, marks: _Marks) -> Iterator[Piece]:
    """Yields records, and with a flaw whatever is between them, white space too; numbers are given by the caller."""
    place = 0
    while True:
        begin = marks.begin(buffer.data, place)
        end = marks.end(buffer.data, begin) if begin >= 0 else -1
        if end >= 0:
            yield from _between(buffer, place, begin)
            yield _whole(buffer.offset + begin, buffer.data[begin:end])
            place = end
            continue
        buffer.drop(place)
        place = 0
        if len(buffer.data) > LARGEST_RECORD:
            yield _whole(buffer.offset, buffer.data)
            _skip(buffer, marks)
        elif not buffer.more():
            break
    begin = marks.begin(buffer.data, 0)
    yield from _between(buffer, 0, begin if begin >= 0 else len(buffer.data))
    if begin >= 0:
        yield Piece(0, buffer.offset + begin, buffer.data[begin:], "the file ends inside this record")


def _whole(offset: int, raw: bytes) -> Piece:
    if len(raw) > LARGEST_RECORD:
        return Piece(0, offset, raw[:_KEPT_OF_LARGE], f"it is larger than {LARGEST_RECORD} bytes")
    return Piece(0, offset, raw)


def _between(buffer: _Buffer, start: int, end: int) -> Iterator[Piece]:
    if start < end:
        yield Piece(0, buffer.offset + start, buffer.data[start:end], _NO_RECORD)


def _skip(buffer: _Buffer, marks: _Marks) -> None:
    """Drops what begins the buffer, up to the end of this record or the beginning of the next one, holding little of it."""
    place = 1
    while (end := marks.leave(buffer.data, place)) < 0:
        buffer.drop(max(len(buffer.data) - _LONGEST_TAG, 0))
        place = 0
        if not buffer.more():
            end = len(buffer.data)
            break
    buffer.drop(end)
