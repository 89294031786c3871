"""What became of the files that the bookseller spoiled: which copies wait with them, and which one a person can mend. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from local.demo.exchange import UNREAD, Message
from local.demo.reckoning import Copies
from local.lms.orders import CopyKey
from local.simulators.bookseller.mischief import Prank

# How often each happens to a file: often enough that a small play sees them all.
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
DONE_TO_IT = {
    "new_reference": "sent again with another interchange reference",
    "wrong_order": "order number mistyped",
    "wrong_line_key": "line keys mistyped",
    "wrong_references": "order number and line keys mistyped",
    "wrong_charset": "bytes that the declared character set has not",
    "wrong_count": "a trailer counts wrongly",
    "cut_off": "cut off in the middle; the whole came later",
    "garbage": "no message at all",
}
# A copy in one of these waits for the message of that kind.
_AWAITED = {"response": frozenset({"sent"}), "despatch": frozenset({"sent", "accepted"})}
# Of these the file as it was written came too, so that no copy waits.
_WHOLE_CAME_TOO = frozenset({"new_reference", "cut_off", "garbage"})

Names = Mapping[tuple[str, int], CopyKey]
"""Copies by line key and copy number."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A file that was spoiled, as the bookseller's journal and the exchange have it; none where the exchange has it not."""

    prank: Prank
    message: Message | None

    @property
    def waits(self) -> bool:
        """Whether it waits for a person."""
        return self.message is not None and self.message.waits

    def holds_up(self, copies: Copies, names: Names) -> list[CopyKey]:
        """The copies that stay where they are because this file was not applied."""
        if self.message is None or not self.message.waits or self.prank.fault in _WHOLE_CAME_TOO:
            return []
        awaited = _AWAITED.get(self.message.kind, frozenset())
        about = [key for line_copy, key in names.items() if self._is_about(*line_copy)]
        return sorted(key for key in about if key in copies and copies[key].state in awaited)

    def _is_about(self, line_key: str, copy_number: int) -> bool:
        numbers = self.prank.copies.get(line_key)
        return numbers is not None and (not numbers or copy_number in numbers)


def spoiled_files(pranks: Iterable[Prank], came_in: Iterable[Message]) -> list[Spoiled]:
    """Each file of the journal with what the exchange has under its name."""
    by_name = {message.name: message for message in came_in}
    return [Spoiled(prank, by_name.get(prank.path)) for prank in pranks]


def explained(files: Iterable[Spoiled], copies: Copies, names: Names) -> dict[CopyKey, str]:
    """Why copies stay where they are, by the reason of the message that they wait with."""
    return {key: file.message.reason for file in files if file.message is not None for key in file.holds_up(copies, names)}


def unread(pranks: Iterable[Prank], came_in: Sequence[Message]) -> list[str]:
    """The files that came to no end yet, by name: spoiled ones not in the exchange, and all that it has still to read."""
    names = {message.name for message in came_in}
    missing = [prank.path for prank in pranks if prank.path not in names]
    return [*missing, *(message.name for message in came_in if message.state == UNREAD)]


def mendable(files: Iterable[Spoiled], copies: Copies, names: Names) -> Spoiled | None:
    """The file that a person mends: of the despatches with the fewest wrong references the one that most copies wait with."""
    waiting = [(file, len(file.holds_up(copies, names))) for file in files if file.prank.mistyped]
    despatches = [(file, held) for file, held in waiting if held and file.message is not None and file.message.kind == "despatch"]
    best = min(despatches, key=lambda found: (len(found[0].prank.mistyped), -found[1], found[0].prank.path), default=None)
    return best[0] if best else None


def tally(files: Sequence[Spoiled]) -> dict[str, dict[str, int]]:
    """How many files were spoiled in each way, by the state in which they ended."""
    found: dict[str, dict[str, int]] = {}
    for file in files:
        states = found.setdefault(file.prank.fault, {})
        state = file.message.state if file.message is not None else "lost"
        states[state] = states.get(state, 0) + 1
    return found
