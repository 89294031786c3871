"""Finds the separators of an interchange: from the service string advice (UNA, ISO 9735 clause 8) and from their use in UNB.

Works on text in which one character is one byte (Latin-1). Knows no segment's meaning.
"""

import re
from dataclasses import dataclass, replace

from shared.formats.edifact.codes import Code


@dataclass(frozen=True, slots=True)
class Separators:
    """The six characters of UNA in their order. A space for `release` or `repetition` means there is none."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = " "
    terminator: str = "'"

    def __str__(self) -> str:
        """The six characters in the order of UNA."""
        return self.component + self.element + self.decimal + self.release + self.repetition + self.terminator

    @property
    def usable(self) -> bool:
        """Whether the characters differ from each other and are neither letters, digits nor spaces."""
        given = [self.component, self.element, self.terminator]
        given += [mark for mark in (self.release, self.repetition) if mark != " "]
        return len(set(given)) == len(given) and not any(mark.isalnum() or mark == " " for mark in given)


DEFAULT = Separators()
REPETITION_OF_SYNTAX_4 = "*"

NOISE = "\r\n\t \0\x1a"
"""Characters that mail gateways, editors and block devices leave between segments."""

LOOKAHEAD = 1024
"""How many characters from the beginning of an interchange are examined to find its separators."""

_NOISE = r"[\r\n\t \0\x1a]"
_MARK = r"[^0-9A-Za-z\r\n\t \0\x1a]"

_UNB = rf"UNB(?={_MARK}[A-Z]{{4}}{_MARK}[0-9])"

START = re.compile(
    rf"UNA(?:(?P<advice>{_MARK}{{2}}.{{1,4}}?){_NOISE}{{0,32}}(?=UN[BGH]{_MARK})|(?P<stump>{_MARK}{{0,2}}){_NOISE}{{0,32}}(?={_UNB}))"
    rf"|{_UNB}",
    re.DOTALL,
)
"""Matches where an interchange begins: UNA followed by UNB (or, without UNB, by UNG or UNH), or UNB alone.

A UNA of fewer than three characters, the `stump`, is only accepted before a complete UNB.
"""

LONGEST_START = 48
"""More characters than any match of `START` examines."""

_HEADER = re.compile(rf"UNB(?P<element>{_MARK})(?P<charset>[A-Z]{{4}})(?P<component>{_MARK})(?P<version>[0-9])")


@dataclass(frozen=True, slots=True)
class Opening:
    """The beginning of an interchange: its separators, declared charset, the index of UNB, and what is unusual about it."""

    separators: Separators
    charset: str
    at: int
    oddities: tuple[tuple[Code, str], ...]


def opening(text: str, start: re.Match[str]) -> Opening:
    """Reads the beginning of an interchange that `START` found in `text`.

    Use takes precedence over UNA: a file whose UNA contradicts its UNB is read by its UNB.
    """
    advice = _advice(text, start)
    at = start.end() if advice is not None else start.start()
    header = _HEADER.match(text, at)
    advised = _advised(advice) if advice is not None else DEFAULT
    used = _terminated(text, at, _matching(advised, header))
    oddities: list[tuple[Code, str]] = []
    if advice is not None and len(advice) < 6:
        oddities.append((Code.UNA_SHORT, f"UNA has {len(advice)} of its six characters: {advice!r}"))
    if used != advised and advice is None:
        oddities.append((Code.SEPARATORS_INFERRED, f"without UNA, separators were inferred from their use: {str(used)!r}"))
    elif used != advised:
        oddities.append((Code.UNA_CONTRADICTED, f"UNA declares {advice!r}, but the data uses {str(used)!r}"))
    repairs = _repaired(used)
    if repairs != used:
        oddities.append((Code.UNA_INVALID, f"the separators {str(used)!r} are unusable; {str(repairs)!r} were used instead"))
    separators = _for_version(repairs, header["version"] if header else "", advised=advice is not None)
    return Opening(separators, header["charset"] if header else "", at, tuple(oddities))


def _advice(text: str, start: re.Match[str]) -> str | None:
    """Returns the characters of the advice: up to six after UNA, without the noise before UNB; None without UNA.

    A line break in sixth place is the terminator, not noise, when UNB does not end with a visible terminator.
    """
    advice: str | None = start["advice"] if start["stump"] is None else start["stump"]
    six = text[start.start() + 3 : start.end()][:6]
    if advice is None or len(advice) == 6 or six[5:] != "\n":
        return advice
    first_line = text[start.end() : start.end() + LOOKAHEAD].partition("\n")[0]
    return advice if _advised(advice).terminator in first_line else six


def _advised(advice: str) -> Separators:
    """Returns UNA's separators. Of five characters, the reserved one is missing; of fewer, the last ones are the defaults.

    A stump is ignored.
    """
    if len(advice) < 3:
        return DEFAULT
    if len(advice) == 5:
        advice = advice[:4] + DEFAULT.repetition + advice[4]
    return Separators(*advice)


def _matching(separators: Separators, header: re.Match[str] | None) -> Separators:
    if header is None:
        return separators
    return replace(separators, element=header["element"], component=header["component"])


def _terminated(text: str, at: int, separators: Separators) -> Separators:
    """Returns `separators` with the terminator actually used between UNB and the first UNG or UNH, if it is another one."""
    found = re.compile("UN[GH]" + re.escape(separators.element)).search(text, at + 4, at + LOOKAHEAD)
    if found is None:
        return separators
    before = text[at : found.start()]
    header = before.rstrip(NOISE)
    if separators.terminator in before:
        return separators
    last = header[-1]
    if not last.isalnum() and last not in (separators.element, separators.component):
        return replace(separators, terminator=last)
    return replace(separators, terminator="\n") if "\n" in before[len(header) :] else separators


def _repaired(separators: Separators) -> Separators:
    if separators.usable:
        return separators
    essential = replace(separators, release=" ", repetition=" ")
    return essential if essential.usable else DEFAULT


def _for_version(separators: Separators, version: str, *, advised: bool) -> Separators:
    """Sets the repetition separator: only syntax version 4 has one, `*` unless UNA gives another (ISO 9735-1:2002)."""
    if version != "4":
        return replace(separators, repetition=" ")
    return separators if advised else replace(separators, repetition=REPETITION_OF_SYNTAX_4)
