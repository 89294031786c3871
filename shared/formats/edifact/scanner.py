"""Turns a stream of bytes into segments: finds the beginning of each interchange and cuts it by its own separators.

Memory does not grow with the stream. Knows no messages.
"""

from collections.abc import Iterable, Iterator

from shared.findings import Finding, Severity
from shared.formats.edifact.batch import Batch
from shared.formats.edifact.charsets import CODECS
from shared.formats.edifact.codes import Code
from shared.formats.edifact.cutter import Cutter
from shared.formats.edifact.model import Segment
from shared.formats.edifact.separators import DEFAULT, LONGEST_START, LOOKAHEAD, START, Opening, opening

_BLOCK = 1 << 13  # small enough that its segments are passed on while they are still in the processor's cache
_OVERLONG = 1 << 16


def read_segments(chunks: Iterable[bytes]) -> Iterator[Segment | Finding]:
    """Yields the segments and findings of a stream, in order. Never raises for content; UNA is applied, not yielded.

    The result does not depend on how the stream is cut into chunks.
    """
    for batch in read_batches(chunks):
        yield from batch.items


def read_batches(chunks: Iterable[bytes]) -> Iterator[Batch]:
    """Yields the same in batches, one for each block of the stream."""
    scanner = _Scanner()
    for block in _blocks(chunks):
        yield scanner.scan(block, final=False)
    yield scanner.scan("", final=True)


def _blocks(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yields the stream as Latin-1 text in blocks of one size, so that a character is a byte."""
    pending = bytearray()
    for chunk in chunks:
        pending += chunk
        whole = len(pending) - len(pending) % _BLOCK
        for start in range(0, whole, _BLOCK):
            yield pending[start : start + _BLOCK].decode("latin-1")
        del pending[:whole]
    yield pending.decode("latin-1")


class _Scanner:
    """The state of one stream: the text not yet cut, its place in the stream, and the current cutter."""

    def __init__(self) -> None:
        self._text = ""
        self._offset = 0
        self._position = 0
        self._opened_at = -1
        self._cutter = Cutter(DEFAULT, "")

    def scan(self, text: str, *, final: bool) -> Batch:
        """Cuts as much text as more data cannot change; keeps the rest for the next call, unless `final`."""
        self._text += text
        batch = Batch()
        done = 0
        search_from = 3 if self._offset == self._opened_at else 0
        while start := START.search(self._text, search_from):
            done = self._cut(batch, done, start.start(), ended=True)
            if not final and len(self._text) - done < LOOKAHEAD:
                break
            begun = opening(self._text, start)
            self._open(batch, begun)
            self._offset += begun.at - done
            done = begun.at
            self._opened_at = self._offset
            search_from = done + 3
        else:
            done = self._cut(batch, done, self._sure_end(done, final=final), ended=final)
        if len(self._text) - done > _OVERLONG:
            done = self._cut_overlong(batch, done)
        self._text = self._text[done:]
        return batch

    def _sure_end(self, done: int, *, final: bool) -> int:
        """Returns the end of the text that cannot be part of an interchange's incomplete beginning."""
        if final:
            return len(self._text)
        edge = self._text.find("U", max(done + 3, len(self._text) - LONGEST_START))
        return edge if edge >= 0 else len(self._text)

    def _cut(self, batch: Batch, begin: int, end: int, *, ended: bool) -> int:
        """Cuts the text from `begin` to `end`; returns the index reached."""
        cut = self._cutter.cut(self._text[begin:end], batch, (self._offset, self._position), ended=ended)
        self._offset += cut.length
        self._position += cut.positions
        return begin + cut.length

    def _cut_overlong(self, batch: Batch, done: int) -> int:
        text = f"{_OVERLONG} bytes contain no terminator; one is assumed"
        batch.mark([Finding(Code.OVERLONG_SEGMENT, text, Severity.ERROR, self._position + 1, self._offset)])
        return self._cut(batch, done, len(self._text) - LONGEST_START, ended=True)

    def _open(self, batch: Batch, begun: Opening) -> None:
        self._cutter = Cutter(begun.separators, begun.charset)
        for code, text in begun.oddities:
            batch.mark([Finding(code, text, Severity.WARNING, self._position + 1, self._offset)])
        if begun.charset and begun.charset not in CODECS:
            text = f"charset {begun.charset!r} is unknown"
            batch.mark([Finding(Code.CHARSET_UNKNOWN, text, Severity.WARNING, self._position + 1, self._offset)])
