"""Cuts the text of one interchange, whose separators and charset are known, into segments.

One character of the text is one byte (Latin-1). Released characters are first set aside, in one pass and without
changing any length; what is left can be split blindly, and only fragments that are not plain need a second look.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.findings import Finding, Severity
from shared.formats.edifact.charsets import likely
from shared.formats.edifact.codes import Code
from shared.formats.edifact.model import Segment
from shared.formats.edifact.separators import NOISE, Separators

_TAG = re.compile("[A-Z][A-Z0-9]{2}")
_BREAKS = re.compile(r"[\r\n]+")
_BYTE_ORDER_MARK = "\xef\xbb\xbf"
_SHOWN = 40

# A released pair such as "?+" becomes _RELEASE and the second character lifted to where no byte can be.
_RELEASE = "\ue000"
_LIFT = 0xE100
_LOWERED: dict[int, int | None] = {ord(_RELEASE): None} | {_LIFT + byte: byte for byte in range(256)}


@dataclass(frozen=True, slots=True)
class Cut:
    """What a stretch of text held: segments and findings, and how many characters and segments they took."""

    items: list[Segment | Finding]
    length: int
    segments: int


class Cutter:
    """Cuts text by one set of separators. Keeps what was already reported, so that a defect of the whole is told once."""

    def __init__(self, separators: Separators, charset: str) -> None:
        self._separators = separators
        self._charset = charset
        self._reported: set[str] = set()
        self._tags: set[str] = set()
        self._garbage_end = -1
        self._repetition = separators.repetition if separators.repetition != " " else ""
        gap = "" if separators.terminator in "\r\n" else r"[\r\n]*"
        self._released = re.compile(f"{re.escape(separators.release)}({gap})(.)", re.DOTALL)

    def cut(self, text: str, offset: int, position: int, *, ended: bool) -> Cut:
        """Cut `text`, whose first byte is at `offset` and which `position` segments precede.

        Unless `ended`, what follows the last terminator is left for later.
        """
        marked = self._set_aside(text)
        length = len(marked) if ended else marked.rfind(self._separators.terminator) + 1
        fragments = marked[:length].split(self._separators.terminator)
        last = fragments.pop()
        items: list[Segment | Finding] = []
        segments = self._cut_fragments(fragments, items, offset, position)
        rest = self.look(last, offset + length - len(last), position + segments + 1)
        if any(isinstance(item, Segment) for item in rest):
            segments += 1
            text = f"the data ends inside segment {last[:3]}"
            rest.append(Finding(Code.UNTERMINATED_SEGMENT, text, Severity.WARNING, position + segments, offset + length))
        return Cut(items + rest, length, segments)

    def _set_aside(self, text: str) -> str:
        if self._separators.release == " " or self._separators.release not in text:
            return text
        return self._released.sub(lambda pair: f"{_RELEASE}{pair[1]}{chr(_LIFT + ord(pair[2]))}", text)

    def _cut_fragments(self, fragments: list[str], items: list[Segment | Finding], offset: int, position: int) -> int:
        """Append what the fragments hold to `items`; the number of segments among them. This loop is the hot one."""
        tags, element, component = self._tags, self._separators.element, self._separators.component
        repetition, before = self._repetition, position
        for fragment in fragments:
            begin = offset
            offset += len(fragment) + 1
            if fragment[:1] == "\r" or fragment[:1] == "\n":
                stripped = fragment.lstrip(NOISE)
                begin += len(fragment) - len(stripped)
                fragment = stripped
            tag, *parts = fragment.split(element)
            if (
                tag in tags
                and fragment.isascii()
                and "\n" not in fragment
                and "\r" not in fragment
                and not (repetition and repetition in fragment)
            ):
                position += 1
                items.append(Segment(tag, tuple([tuple(part.split(component)) for part in parts]), position, begin))
            elif found := self.look(fragment, begin, position + 1):
                position += 1
                items += found
        return position - before

    def look(self, fragment: str, begin: int, position: int) -> list[Segment | Finding]:
        """A second look at a fragment that is not a plain segment with a known tag. Empty for noise."""
        body = fragment.lstrip(NOISE).removeprefix(_BYTE_ORDER_MARK).lstrip(NOISE)
        end = begin + len(fragment) + 1
        begin += len(fragment) - len(body)
        body = body.rstrip("\r") if self._separators.terminator == "\n" else body
        if not body:
            return []
        found: list[Finding] = []
        if "\n" in body or "\r" in body:
            body = _BREAKS.sub("", body)
            found += self._once(Code.WRAPPED_LINES, "line breaks inside segments removed", position, begin)
        head, *parts = body.split(self._separators.element)
        tag, _, nesting = head.partition(self._separators.component)
        if not _TAG.fullmatch(tag):
            return self._not_a_segment(body, position, begin, end)
        if nesting:
            found.append(Finding(Code.TAG_NESTING, f"nesting {nesting!r} after {tag} left out", Severity.WARNING, position, begin))
        self._tags.add(tag)
        decode, mismatch = self._decoder(body, position, begin)
        return [*found, *mismatch, self._segment(tag, parts, decode, position, begin)]

    def _segment(self, tag: str, parts: list[str], decode: Callable[[str], str], position: int, begin: int) -> Segment:
        elements: list[tuple[str, ...]] = []
        repetitions: list[tuple[int, tuple[tuple[str, ...], ...]]] = []
        for index, part in enumerate(parts):
            occurrences = part.split(self._repetition) if self._repetition else [part]
            first, *others = [
                tuple([decode(component) for component in occurrence.split(self._separators.component)]) for occurrence in occurrences
            ]
            elements.append(first)
            if others:
                repetitions.append((index, tuple(others)))
        return Segment(tag, tuple(elements), position, begin, tuple(repetitions))

    def _not_a_segment(self, body: str, position: int, begin: int, end: int) -> list[Segment | Finding]:
        """One finding for a run of fragments that are not segments."""
        follows = self._garbage_end == begin
        self._garbage_end = end
        if follows:
            return []
        shown = body.translate(_LOWERED)[:_SHOWN]
        return [Finding(Code.NOT_A_SEGMENT, f"not a segment, left out: {shown!r}", Severity.ERROR, position, begin)]

    def _once(self, code: Code, text: str, position: int, begin: int, key: str = "") -> list[Finding]:
        """A warning told once per interchange (and `key`), where it is first seen."""
        if code + key in self._reported:
            return []
        self._reported.add(code + key)
        return [Finding(code, text, Severity.WARNING, position, begin)]

    def _decoder(self, body: str, position: int, begin: int) -> tuple[Callable[[str], str], list[Finding]]:
        """How to make text of the components of `body`, and what there is to say about its charset."""
        plain = body.translate(_LOWERED)
        if plain.isascii():
            return _lowered, []
        verdict = likely(plain.encode("latin-1"), self._charset)
        if verdict.as_declared:
            return _decoder(verdict.codec), []
        text = f"declared {self._charset or 'no charset'}, but the bytes are likely {verdict.codec}"
        return _decoder(verdict.codec), self._once(Code.CHARSET_MISMATCH, text, position, begin, verdict.codec)


def _lowered(component: str) -> str:
    return component.translate(_LOWERED)


def _decoder(codec: str) -> Callable[[str], str]:
    def decode(component: str) -> str:
        plain = component.translate(_LOWERED)
        try:
            return plain.encode("latin-1").decode(codec)
        except UnicodeDecodeError:  # a separator outside ASCII cut a multi-byte character in two
            return plain

    return decode
