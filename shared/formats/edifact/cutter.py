"""Cuts the text of one interchange, whose separators and charset are known, into segments.

One character of the text is one byte (Latin-1). Released characters are first replaced by stand-ins, in one pass and without
changing any length. The rest can then be split without checks, and only fragments that are not plain are examined.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from shared.findings import Finding, Severity
from shared.formats.edifact.batch import SERVICE, Batch
from shared.formats.edifact.charsets import likely
from shared.formats.edifact.codes import Code
from shared.formats.edifact.model import Segment, SegmentInMaking
from shared.formats.edifact.separators import NOISE, Separators

_TAG = re.compile("[A-Z][A-Z0-9]{2}")
_BREAKS = re.compile(r"[\r\n]+")
_BYTE_ORDER_MARK = "\xef\xbb\xbf"
_SHOWN = 40
_SLIPS = "\xe2\x80\x99|\x92"
"""The apostrophe of word processors, in UTF-8 and in Windows-1252."""
_AFTER_SLIPS = "ALC|BGM|CNT|CPS|CUX|DTM|FTX|GIN|GIR|IMD|LIN|LOC|MOA|NAD|PAC|PAT|PCD|PIA|PRI|QTY|RFF|TAX|UNS|UNT|UNZ"
"""Tags that do not look like the end of a word, so that an apostrophe before one ends a segment."""

# A released pair such as "?+" becomes _RELEASE and, for a separator, its stand-in. Neither can be a byte of the stream.
_RELEASE = "\ue000"
_STAND_IN = 0xE001

_Content = tuple[str, tuple[tuple[str, ...], ...]]
"""Tag and elements."""

_RECENT = 1 << 15
"""Bytes of the stream within which equal segments, such as a quantity of one, share their contents in memory."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How many characters were cut, and how many segment positions they took."""

    length: int
    positions: int


class Cutter:
    """Cuts text by one set of separators. Remembers what it reported, so that a fault of the whole file is reported once."""

    def __init__(self, separators: Separators, charset: str) -> None:
        self._separators = separators
        self._element, self._component = separators.element, separators.component
        self._charset = charset
        self._reported: set[str] = set()
        self._tags: dict[str, str] = {}  # each to itself: equal tags are one object
        self._recent: dict[str, _Content] = {}
        self._recent_from = 0
        self._garbage_at = -1
        self._repetition = separators.repetition if separators.repetition != " " else ""
        special = sorted(set(str(replace(separators, decimal=separators.component))))
        self._stand_ins = {mark: chr(_STAND_IN + index) for index, mark in enumerate(special) if mark != " "}
        slips = f"(?:{_SLIPS})(?=[\\r\\n]*(?:{_AFTER_SLIPS}){re.escape(separators.element)})"
        self._slip = re.compile(slips) if separators.terminator == "'" else None
        gap = "" if separators.terminator in "\r\n" else r"[\r\n]*"
        self._released = re.compile(f"{re.escape(separators.release)}({gap})(.)", re.DOTALL)

    def cut(self, text: str, batch: Batch, begin: tuple[int, int], *, ended: bool) -> Cut:
        """Appends the contents of `text` to `batch`. `begin` is the byte offset and the number of segments before the text.

        Unless `ended`, the text after the last terminator is left for the next call.
        """
        if not ended and self._separators.terminator not in text:
            return Cut(0, 0)
        offset, position = begin
        marked = self._set_aside(text)
        if offset - self._recent_from > _RECENT:
            self._recent.clear()
            self._recent_from = offset
        length = len(marked) if ended else marked.rfind(self._separators.terminator) + 1
        fragments = marked[:length].split(self._separators.terminator)
        last = fragments.pop()
        breaks = "\n" in marked or "\r" in marked
        positions = self._cut_fragments(fragments, batch, (offset, position), breaks=breaks)
        rest = self.examine(last, offset + length - len(last), position + positions + 1)
        for unfinished in [item for item in rest if isinstance(item, Segment)][-1:]:
            what = f"the data ends before the terminator of segment {unfinished.tag}"
            rest.append(Finding(Code.UNTERMINATED_SEGMENT, what, Severity.WARNING, unfinished.position, unfinished.offset))
        batch.mark(rest)
        return Cut(length, positions + _positions(rest))

    def _set_aside(self, text: str) -> str:
        if self._separators.release == " " or self._separators.release not in text:
            return text
        stand_ins = self._stand_ins
        return self._released.sub(lambda pair: _RELEASE + pair[1] + stand_ins.get(pair[2], pair[2]), text)

    def _put_back(self, text: str) -> str:
        """Replaces the stand-ins of `_set_aside` by their characters, without release characters."""
        if text.isascii():
            return text
        text = text.replace(_RELEASE, "")
        for mark, stand_in in self._stand_ins.items():
            text = text.replace(stand_in, mark)
        return text

    def _cut_fragments(self, fragments: list[str], batch: Batch, begin: tuple[int, int], *, breaks: bool) -> int:
        """Appends the contents of the fragments to `batch`; returns how many positions they take. Hot loop: measure changes."""
        items, recent, plain = batch.items, self._recent, self._plain
        offset, position = begin
        for fragment in fragments:
            start = offset
            offset += len(fragment) + 1
            if breaks:
                fragment = fragment.lstrip(NOISE)
                start = offset - len(fragment) - 1
            content = recent.get(fragment) or plain(fragment)
            if content is not None:
                position += 1
                segment = SegmentInMaking()
                segment.tag, segment.elements = content
                segment.position, segment.offset, segment.repetitions = position, start, ()
                segment.__class__ = Segment  # type: ignore[assignment]
                items.append(segment)  # type: ignore[arg-type]
            elif found := self.examine(fragment, start, position + 1):
                position += _positions(found)
                batch.mark(found)
        return position - begin[1]

    def _plain(self, fragment: str) -> _Content | None:
        """Returns the contents of a plain segment with a known tag, kept for equal ones; None when it must be examined."""
        parts = fragment.split(self._element)
        tag = self._tags.get(parts.pop(0))
        if tag is None or "\n" in fragment or "\r" in fragment or (self._repetition and self._repetition in fragment):
            return None
        if fragment.isascii():
            component = self._component
            elements = tuple([tuple(part.split(component)) if component in part else (part,) for part in parts])
        elif (released := self._released_elements(parts)) is not None:
            elements = released
        else:
            return None
        content = self._recent[fragment] = tag, elements
        return content

    def _released_elements(self, parts: list[str]) -> tuple[tuple[str, ...], ...] | None:
        """Returns elements that are plain except for released characters; None when some text is not ASCII."""
        component = self._component
        elements: list[tuple[str, ...]] = []
        for part in parts:
            if part.isascii():
                elements.append(tuple(part.split(component)))
                continue
            texts = tuple([self._put_back(text) for text in part.split(component)])
            if not "".join(texts).isascii():
                return None
            elements.append(texts)
        return tuple(elements)

    def examine(self, fragment: str, begin: int, position: int) -> list[Segment | Finding]:
        """Reads a fragment that is not a plain segment with a known tag. Empty for noise."""
        body = fragment.lstrip(NOISE).removeprefix(_BYTE_ORDER_MARK).lstrip(NOISE)
        begin += len(fragment) - len(body)
        body = body.rstrip("\r") if self._separators.terminator == "\n" else body
        if not body:
            return []
        if self._slip and not body.isascii() and (slip := self._slip.search(body)):
            return self._apart(body, slip, position, begin)
        unbroken = _BREAKS.sub("", body)
        head, *parts = unbroken.split(self._element)
        spelled, _, nesting = head.partition(self._separators.component)
        tag = spelled.strip().upper()
        if not _TAG.fullmatch(tag):
            return self._not_a_segment(body, position, begin)
        found: list[Finding] = []
        if unbroken != body:
            found += self._once(Code.WRAPPED_LINES, "line breaks inside segments were removed", position, begin)
        if tag != spelled:
            text = f"the tag {spelled!r} was read as {tag}, and other tags in the same way"
            found += self._once(Code.TAG_SPELLING, text, position, begin)
        if nesting:
            text = f"the components {nesting!r} after the tag {tag} were left out"
            found.append(Finding(Code.TAG_NESTING, text, Severity.WARNING, position, begin))
        if tag not in SERVICE:
            self._tags[tag] = tag
        decode, mismatch = self._decoder(unbroken, position, begin)
        return [*found, *mismatch, self._segment(tag, parts, decode, position, begin)]

    def _apart(self, body: str, slip: re.Match[str], position: int, begin: int) -> list[Segment | Finding]:
        """Returns the segments on both sides of a typographic apostrophe that should be a terminator."""
        text = "typographic apostrophes end segments; they were read as terminators"
        reported = self._once(Code.TERMINATOR_SLIP, text, position, begin)
        before = self.examine(body[: slip.start()], begin, position)
        after = self.examine(body[slip.end() :], begin + slip.end(), position + _positions(before))
        return [*reported, *before, *after]

    def _segment(self, tag: str, parts: list[str], decode: Callable[[str], str], position: int, begin: int) -> Segment:
        elements: list[tuple[str, ...]] = []
        repetitions: list[tuple[int, tuple[tuple[str, ...], ...]]] = []
        for index, part in enumerate(parts):
            occurrences = part.split(self._repetition) if self._repetition else [part]
            first, *others = [
                tuple([decode(text) for text in occurrence.split(self._separators.component)]) for occurrence in occurrences
            ]
            elements.append(first)
            if others:
                repetitions.append((index, tuple(others)))
        return Segment(tag, tuple(elements), position, begin, tuple(repetitions))

    def _not_a_segment(self, body: str, position: int, begin: int) -> list[Segment | Finding]:
        """Returns one finding, with one position, for a run of fragments that are not segments."""
        if position == self._garbage_at + 1:
            return []
        self._garbage_at = position
        shown = self._put_back(body)[:_SHOWN]
        return [Finding(Code.NOT_A_SEGMENT, f"not a segment, left out: {shown!r}", Severity.ERROR, position, begin)]

    def _once(self, code: Code, text: str, position: int, begin: int, key: str = "") -> list[Finding]:
        """Returns a warning at its first occurrence in the interchange (per `key`), and nothing afterwards."""
        if code + key in self._reported:
            return []
        self._reported.add(code + key)
        return [Finding(code, text, Severity.WARNING, position, begin)]

    def _decoder(self, body: str, position: int, begin: int) -> tuple[Callable[[str], str], list[Finding]]:
        """Returns how to decode the components of `body`, and a finding when its charset is not the declared one."""
        plain = self._put_back(body)
        if plain.isascii():
            return self._put_back, []
        verdict = likely(plain.encode("latin-1"), self._charset)
        if verdict.as_declared:
            return partial(self._decoded, verdict.codec), []
        text = f"the declared charset is {self._charset or 'missing'}, but the bytes are probably {verdict.codec}"
        return partial(self._decoded, verdict.codec), self._once(Code.CHARSET_MISMATCH, text, position, begin, verdict.codec)

    def _decoded(self, codec: str, component: str) -> str:
        plain = self._put_back(component)
        try:
            return plain.encode("latin-1").decode(codec)
        except UnicodeDecodeError:  # a separator outside ASCII cut a multi-byte character in two
            return plain


def _positions(found: list[Segment | Finding]) -> int:
    """Returns how many positions `examine`'s results take: one for each segment, and one for a fragment without any."""
    return max(sum(isinstance(item, Segment) for item in found), bool(found))
