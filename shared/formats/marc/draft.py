"""What the fields of one record state, collected while they are read. Knows no field; the modules of the table fill it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from shared.findings import Finding, Severity
from shared.formats.marc.codes import Code
from shared.formats.marc.fields import Field, MadeField, Subfields, remainder_of
from shared.records import (
    AgeRange,
    Audience,
    Change,
    Contributor,
    CopyData,
    Dimensions,
    Edition,
    FullnessLevel,
    Genre,
    Identifier,
    Language,
    Link,
    Note,
    Price,
    Related,
    Remainder,
    Series,
    Subject,
    TitleStatement,
)
from shared.remembering import remembered


@dataclass(slots=True)
class Draft:
    """The record as far as it is read. `coded` is 008, `type` LDR/06; `publications` are kept until the best is known.

    `cataloguers` are agencies with their rules.
    """

    segment: int | None = None
    findings: list[Finding] = field(default_factory=list)
    remainder: list[Remainder] = field(default_factory=list)
    coded: str = ""
    type: str = " "
    change: Change = Change.FULL
    level: FullnessLevel = FullnessLevel.UNSTATED
    rules: str = ""
    cataloguers: list[tuple[str, str]] = field(default_factory=list)
    control_number: str = ""
    control_agency: str = ""
    isbn: str = ""
    form: str = ""
    price: Price | None = None
    identifiers: list[Identifier] = field(default_factory=list)
    title: TitleStatement | None = None
    original_title: str = ""
    other_titles: list[str] = field(default_factory=list)
    contributors: list[Contributor] = field(default_factory=list)
    edition: Edition | None = None
    publications: list[Field] = field(default_factory=list)
    extent: str = ""
    minutes: int | None = None
    illustrations: str = ""
    dimensions: Dimensions | None = None
    accompanying: str = ""
    content: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    carrier: list[str] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    traced: list[Field] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    summary: str = ""
    contents: str = ""
    audiences: list[Audience] = field(default_factory=list)
    ages: AgeRange | None = None
    subjects: list[Subject] = field(default_factory=list)
    genres: list[Genre] = field(default_factory=list)
    languages: list[Language] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    copies: list[CopyData] = field(default_factory=list)

    def parts(self, field: Field, carried: str) -> dict[str, list[str]]:
        """Returns the texts of a field's subfields by code, empty ones left out. Codes that are not carried are left over."""
        found: dict[str, list[str]] = {}
        over = None
        for code, text in field.subfields:
            if code not in carried:
                over = over or text
            elif code in found:
                found[code].append(text)
            elif text:
                found[code] = [text]
        if over:
            self.leave(field, [pair for pair in field.subfields if pair[1] and pair[0] not in carried])
        return found

    def leave(self, field: Field, subfields: Subfields | None = None) -> None:
        """Leaves a field, or subfields of it, over: the table does not carry them."""
        self.remainder.append(remainder_of(field, field.subfields if subfields is None else subfields))

    def leave_texts(self, field: Field, code: str, texts: list[str]) -> None:
        """Leaves texts of one code over, if there are any."""
        if texts:
            self.leave(field, [(code, text) for text in texts])

    def odd(self, code: Code, text: str, severity: Severity = Severity.WARNING) -> None:
        """Adds a finding about the record."""
        self.findings.append(Finding(code, text, severity, self.segment))


Read = Callable[[Draft, Field], None]
_Words = tuple[str, Sequence[str], tuple[tuple[str, str], ...]]
"""Tag, indicators and subfields of a field."""
_SUBFIELD = 20
"""Characters that a subfield counts for beside its text: a field of a thousand empty ones is not short."""


def reads_once(name: str) -> Callable[[Read], Read]:
    """Returns a decorator of readers: short fields of the same words, as subjects are in many records, are read once.

    The reader may add to the list `name` and to the remainder. It must do nothing else, and not look at what is there.
    """
    members = attrgetter(name)

    def decorate(read: Read) -> Read:
        def read_alone(words: _Words) -> tuple[Sequence[object], Sequence[Remainder]]:
            alone = Draft()
            read(alone, MadeField(*words))
            return members(alone), alone.remainder

        known = remembered(read_alone, _length)

        def read_once(draft: Draft, field: Field) -> None:
            found, over = known((field.tag, field.indicators, tuple(field.subfields)))
            members(draft).extend(found)
            draft.remainder.extend(over)

        read_once.__doc__ = read.__doc__
        return read_once

    return decorate


def _length(words: _Words) -> int:
    return sum(_SUBFIELD + len(text) for _, text in words[2])
