"""Files that the bookseller spoiled: which copies wait for them, and which file staff can fix. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from local.demo.exchange import UNREAD, Message
from local.demo.reckoning import Copies
from local.lms.orders import CopyKey
from local.simulators.bookseller.mischief import Prank

# How often each fault happens to a file: often enough that a small run has all of them.
PROPORTIONS = (
    "new_reference=0.05",
    "wrong_order=0.07",
    "wrong_line_key=0.05",
    "wrong_references=0.04",
    "wrong_charset=0.05",
    "wrong_count=0.05",
    "cut_off=0.05",
    "garbage=0.06",
    "sent_twice=0.06",
)
FAULT_TEXTS = {
    "new_reference": "sent again with another interchange reference",
    "wrong_order": "order number mistyped",
    "wrong_line_key": "line keys mistyped",
    "wrong_references": "order number and line keys mistyped",
    "wrong_charset": "has bytes outside the declared character set",
    "wrong_count": "wrong count in a trailer",
    "cut_off": "cut off in the middle; the whole file was sent later",
    "garbage": "not a message at all",
}
# For each kind of message, the states of copies that wait for it.
_AWAITED = {"response": frozenset({"sent"}), "despatch": frozenset({"sent", "accepted"})}
# For these faults the correct file was sent too, so no copy waits.
_WHOLE_FILE_SENT_TOO = frozenset({"new_reference", "cut_off", "garbage"})

Names = Mapping[tuple[str, int], CopyKey]
"""Copies by line key and copy number."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A spoiled file in the bookseller's journal, and its message in the exchange, or None if the exchange lacks it."""

    prank: Prank
    message: Message | None

    @property
    def waits(self) -> bool:
        """Whether its message waits for a person."""
        return self.message is not None and self.message.waits

    def waiting_copies(self, copies: Copies, names: Names) -> list[CopyKey]:
        """Returns the copies that do not progress because this file was not applied."""
        if self.message is None or not self.message.waits or self.prank.fault in _WHOLE_FILE_SENT_TOO:
            return []
        awaited = _AWAITED.get(self.message.kind, frozenset())
        about = [key for line_copy, key in names.items() if self._is_about(*line_copy)]
        return sorted(key for key in about if key in copies and copies[key].state in awaited)

    def _is_about(self, line_key: str, copy_number: int) -> bool:
        numbers = self.prank.copies.get(line_key)
        return numbers is not None and (not numbers or copy_number in numbers)


def spoiled_files(pranks: Iterable[Prank], inbound: Iterable[Message]) -> list[Spoiled]:
    """Pairs each file of the journal with the message of the same name in the exchange."""
    by_name = {message.name: message for message in inbound}
    return [Spoiled(prank, by_name.get(prank.path)) for prank in pranks]


def explained(files: Iterable[Spoiled], copies: Copies, names: Names) -> dict[CopyKey, str]:
    """Returns the copies that wait for a message, with the message's reason."""
    return {key: file.message.reason for file in files if file.message is not None for key in file.waiting_copies(copies, names)}


def unread(pranks: Iterable[Prank], inbound: Sequence[Message]) -> list[str]:
    """Returns the names of spoiled files that are not in the exchange, and of all files that it has not read yet."""
    names = {message.name for message in inbound}
    missing = [prank.path for prank in pranks if prank.path not in names]
    return [*missing, *(message.name for message in inbound if message.state == UNREAD)]


def fixable(files: Iterable[Spoiled], copies: Copies, names: Names) -> Spoiled | None:
    """Returns the despatch to fix: the one with the fewest wrong references, and of those the one with most waiting copies."""
    waiting = [(file, len(file.waiting_copies(copies, names))) for file in files if file.prank.mistyped]
    despatches = [(file, held) for file, held in waiting if held and file.message is not None and file.message.kind == "despatch"]
    best = min(despatches, key=lambda found: (len(found[0].prank.mistyped), -found[1], found[0].prank.path), default=None)
    return best[0] if best else None


def tally(files: Sequence[Spoiled]) -> dict[str, dict[str, int]]:
    """Counts the spoiled files by fault and by the state of their messages."""
    found: dict[str, dict[str, int]] = {}
    for file in files:
        states = found.setdefault(file.prank.fault, {})
        state = file.message.state if file.message is not None else "lost"
        states[state] = states.get(state, 0) + 1
    return found
