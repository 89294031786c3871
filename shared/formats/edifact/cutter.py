"""Cuts the text of one interchange, whose separators and charset are known, into segments.

One character of the text is one byte (Latin-1). Released characters are first set aside, in one pass and without
changing any length; what is left can be split blindly, and only fragments that are not plain need a second look.
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
"""Tags that are no end of a word, so that an apostrophe before one ends a segment."""

# A released pair such as "?+" becomes _RELEASE and, should it be special, the second character's stand-in. No byte is either.
_RELEASE = "\ue000"
_STAND_IN = 0xE001

_Content = tuple[str, tuple[tuple[str, ...], ...]]
"""Tag and elements."""

_RECENT = 1 << 15
"""Bytes of the stream over which segments that recur, such as a quantity of one, share what they hold."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How many characters of a stretch of text were cut, and how many positions what they held took."""

    length: int
    positions: int


class Cutter:
    """Cuts text by one set of separators. Keeps what was already reported, so that a defect of the whole is told once."""

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
        """Append to `batch` what is in `text`, which begins at so many bytes and after so many segments.

        Unless `ended`, what follows the last terminator is left for later.
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
        rest = self.look(last, offset + length - len(last), position + positions + 1)
        for unfinished in [item for item in rest if isinstance(item, Segment)][-1:]:
            what = f"the data ends inside segment {unfinished.tag}"
            rest.append(Finding(Code.UNTERMINATED_SEGMENT, what, Severity.WARNING, unfinished.position, unfinished.offset))
        batch.mark(rest)
        return Cut(length, positions + _positions(rest))

    def _set_aside(self, text: str) -> str:
        if self._separators.release == " " or self._separators.release not in text:
            return text
        stand_ins = self._stand_ins
        return self._released.sub(lambda pair: _RELEASE + pair[1] + stand_ins.get(pair[2], pair[2]), text)

    def _put_back(self, text: str) -> str:
        """What `_set_aside` set aside, without release characters."""
        if text.isascii():
            return text
        text = text.replace(_RELEASE, "")
        for mark, stand_in in self._stand_ins.items():
            text = text.replace(stand_in, mark)
        return text

    def _cut_fragments(self, fragments: list[str], batch: Batch, begin: tuple[int, int], *, breaks: bool) -> int:
        """Append what the fragments hold to `batch`; the number of positions they take. The hot loop: measure any change."""
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
            elif found := self.look(fragment, start, position + 1):
                position += _positions(found)
                batch.mark(found)
        return position - begin[1]

    def _plain(self, fragment: str) -> _Content | None:
        """What a plain segment with a known tag holds, kept for when it recurs; None when that takes a second look."""
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
        """Elements with released characters but plain otherwise; None when some text is not ASCII."""
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

    def look(self, fragment: str, begin: int, position: int) -> list[Segment | Finding]:
        """A second look at a fragment that is not a plain segment with a known tag. Empty for noise."""
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
            found += self._once(Code.WRAPPED_LINES, "line breaks inside segments removed", position, begin)
        if tag != spelled:
            found += self._once(Code.TAG_SPELLING, f"{spelled!r} read as {tag}, and likewise others", position, begin)
        if nesting:
            text = f"nesting {nesting!r} after {tag} left out"
            found.append(Finding(Code.TAG_NESTING, text, Severity.WARNING, position, begin))
        if tag not in SERVICE:
            self._tags[tag] = tag
        decode, mismatch = self._decoder(unbroken, position, begin)
        return [*found, *mismatch, self._segment(tag, parts, decode, position, begin)]

    def _apart(self, body: str, slip: re.Match[str], position: int, begin: int) -> list[Segment | Finding]:
        """The segments on both sides of what should have been a terminator."""
        text = "typographic apostrophes end segments; read as terminators"
        told = self._once(Code.TERMINATOR_SLIP, text, position, begin)
        before = self.look(body[: slip.start()], begin, position)
        after = self.look(body[slip.end() :], begin + slip.end(), position + _positions(before))
        return [*told, *before, *after]

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
        """One finding, with one position, for a run of fragments that are not segments."""
        if position == self._garbage_at + 1:
            return []
        self._garbage_at = position
        shown = self._put_back(body)[:_SHOWN]
        return [Finding(Code.NOT_A_SEGMENT, f"not a segment, left out: {shown!r}", Severity.ERROR, position, begin)]

    def _once(self, code: Code, text: str, position: int, begin: int, key: str = "") -> list[Finding]:
        """A warning told once per interchange (and `key`), where it is first seen."""
        if code + key in self._reported:
            return []
        self._reported.add(code + key)
        return [Finding(code, text, Severity.WARNING, position, begin)]

    def _decoder(self, body: str, position: int, begin: int) -> tuple[Callable[[str], str], list[Finding]]:
        """How to make text of the components of `body`, and what there is to say about its charset."""
        plain = self._put_back(body)
        if plain.isascii():
            return self._put_back, []
        verdict = likely(plain.encode("latin-1"), self._charset)
        if verdict.as_declared:
            return partial(self._decoded, verdict.codec), []
        text = f"declared {self._charset or 'no charset'}, but the bytes are likely {verdict.codec}"
        return partial(self._decoded, verdict.codec), self._once(Code.CHARSET_MISMATCH, text, position, begin, verdict.codec)

    def _decoded(self, codec: str, component: str) -> str:
        plain = self._put_back(component)
        try:
            return plain.encode("latin-1").decode(codec)
        except UnicodeDecodeError:  # a separator outside ASCII cut a multi-byte character in two
            return plain


def _positions(found: list[Segment | Finding]) -> int:
    """How many positions take what a second look found: one for each segment, and one for what is none."""
    return max(sum(isinstance(item, Segment) for item in found), bool(found))
