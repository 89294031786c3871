"""Writes EDIFACT exactly: with correct counts, references and release characters. Refuses what the charset cannot hold."""

import re
from dataclasses import replace

from shared.formats.edifact.charsets import CODECS, unwritable
from shared.formats.edifact.model import OutboundInterchange, OutboundMessage, Segment, trimmed, without_empty_tail
from shared.formats.edifact.separators import DEFAULT, REPETITION_OF_SYNTAX_4, Separators

_TAG = re.compile("[A-Z][A-Z0-9]{2}")
_SERVICE = frozenset({"UNA", "UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"})


class Unencodable(ValueError):
    """Raised for a character that the declared charset, or separators without a release character, cannot hold.

    `segment` is the 1-based number of the segment in the interchange, `element` and `component` are 0-based.
    """

    def __init__(self, segment: Segment, element: int, component: int, character: str, charset: str) -> None:
        self.segment = segment.position
        self.tag = segment.tag
        self.element = element
        self.component = component
        self.character = character
        self.charset = charset
        place = f"segment {segment.position} ({segment.tag}), element {element}, component {component}"
        super().__init__(f"{place}: {charset} cannot hold {character!r}")


def write(interchange: OutboundInterchange) -> bytes:
    """Returns the bytes of an interchange, without line breaks.

    Raises Unencodable for a character that cannot be written, and ValueError for an invalid interchange: an unknown charset or
    syntax version, unusable separators, tags or references.
    """
    separators = _separators(interchange)
    _check(interchange, separators)
    put = _Put(separators, interchange.charset)
    put(_header(interchange))
    for number, message in enumerate(interchange.messages, start=1):
        _write_message(put, message, message.reference or str(number))
    put(Segment.of("UNZ", str(len(interchange.messages)), interchange.control_reference))
    advice = "UNA" + str(separators) if interchange.advice else ""
    return (advice + "".join(put.written)).encode(CODECS[interchange.charset])


def _separators(interchange: OutboundInterchange) -> Separators:
    """Returns the separators. There is no repetition separator before syntax 4, and without UNA it is the default one."""
    if interchange.syntax_version < 4:
        return replace(interchange.separators, repetition=" ")
    return interchange.separators if interchange.advice else replace(interchange.separators, repetition=REPETITION_OF_SYNTAX_4)


def _check(interchange: OutboundInterchange, separators: Separators) -> None:
    if interchange.charset not in CODECS:
        raise ValueError(f"unknown charset {interchange.charset!r}")
    if interchange.syntax_version not in (1, 2, 3, 4):
        raise ValueError(f"unknown syntax version {interchange.syntax_version}")
    if not separators.usable or not str(separators).isascii():
        raise ValueError(f"unusable separators {str(separators)!r}")
    if not interchange.advice and replace(separators, repetition=" ") != DEFAULT:
        raise ValueError("separators other than the default need UNA")
    references = [message.reference or str(number) for number, message in enumerate(interchange.messages, start=1)]
    if len(set(references)) != len(references):
        raise ValueError("message references are not unique")


def _header(interchange: OutboundInterchange) -> Segment:
    """Returns UNB (ISO 9735 annex B); the year has four digits in syntax 4."""
    date = "%Y%m%d" if interchange.syntax_version == 4 else "%y%m%d"
    return Segment.of(
        "UNB",
        (interchange.charset, str(interchange.syntax_version)),
        (interchange.sender, interchange.sender_qualifier),
        (interchange.recipient, interchange.recipient_qualifier),
        (interchange.prepared.strftime(date), interchange.prepared.strftime("%H%M")),
        interchange.control_reference,
        "",
        interchange.application_reference,
        "",
        "1" if interchange.acknowledgement_requested else "",
        interchange.agreement,
        "1" if interchange.test else "",
    )


def _write_message(put: "_Put", message: OutboundMessage, reference: str) -> None:
    kind = (message.type, message.version, message.release, message.agency, message.association)
    put(Segment.of("UNH", reference, kind))
    for segment in message.segments:
        if not _TAG.fullmatch(segment.tag) or segment.tag in _SERVICE:
            raise ValueError(f"{segment.tag!r} is not the tag of a segment inside a message")
        put(segment)
    put(Segment.of("UNT", str(len(message.segments) + 2), reference))


class _Put:
    """Appends segments to `written`, each with release characters and terminator."""

    def __init__(self, separators: Separators, charset: str) -> None:
        self.written: list[str] = []
        self._separators = separators
        self._charset = charset
        self._special = {mark for mark in str(replace(separators, decimal=" ")) if mark != " "}
        if separators.release != " ":
            self._releases = str.maketrans({mark: separators.release + mark for mark in self._special})

    def __call__(self, segment: Segment) -> None:
        characters = "".join(map("".join, segment.elements))
        # Few segments have a character that needs care. To look at all of a segment at once is several times faster.
        if segment.repetitions or not self._special.isdisjoint(characters) or unwritable(characters, self._charset):
            placed = replace(segment, elements=trimmed(segment.elements), position=len(self.written) + 1)
            text = self._separators.element.join([segment.tag, *self._with_care(placed)])
        else:
            text = self._plain(segment)
        self.written.append(text + self._separators.terminator)

    def _plain(self, segment: Segment) -> str:
        """Writes a segment whose components hold no separator, so that those at the end of the text are of empty components."""
        component, element = self._separators.component, self._separators.element
        return element.join([segment.tag, *(component.join(parts).rstrip(component) for parts in segment.elements)]).rstrip(
            element
        )

    def _with_care(self, segment: Segment) -> list[str]:
        repetitions = dict(segment.repetitions)
        elements = [*segment.elements, *[("",)] * (max(repetitions, default=-1) + 1 - len(segment.elements))]
        return [self._repeated(segment, index, (element, *repetitions.get(index, ()))) for index, element in enumerate(elements)]

    def _repeated(self, segment: Segment, index: int, occurrences: tuple[tuple[str, ...], ...]) -> str:
        if len(occurrences) > 1 and self._separators.repetition == " ":
            raise ValueError(f"{segment.tag} repeats an element, which needs syntax 4 and a repetition separator")
        return self._separators.repetition.join(self._element(segment, index, occurrence) for occurrence in occurrences)

    def _element(self, segment: Segment, index: int, components: tuple[str, ...]) -> str:
        return self._separators.component.join(
            self._component(segment, index, place, component) for place, component in enumerate(without_empty_tail(components))
        )

    def _component(self, segment: Segment, index: int, place: int, text: str) -> str:
        if refused := unwritable(text, self._charset):
            raise Unencodable(segment, index, place, refused, self._charset)
        if self._separators.release != " ":
            return text.translate(self._releases)
        for character in text:
            if character in self._special:
                raise Unencodable(segment, index, place, character, self._charset)
        return text
