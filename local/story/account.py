"""Accounts for every copy of the story across both suppliers: none lost, none supplied twice unless reported. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from local.demo.reckoning import Copies
from local.lms.orders import CopyKey


@dataclass(frozen=True, slots=True)
class Account:
    """The number of copies; which are lost, which have goods of two suppliers, which the switch reports as such."""

    ordered: int
    lost: frozenset[CopyKey]
    twice: frozenset[CopyKey]
    reported: frozenset[CopyKey]

    @property
    def faults(self) -> list[str]:
        """What is wrong, in words."""
        return [
            *(f"{key} was ordered and is in no order" for key in sorted(self.lost)),
            *(f"{key} was supplied twice, and the switch did not report it" for key in sorted(self.twice - self.reported)),
        ]

    def in_words(self) -> list[str]:
        """Returns the lines that end the story."""
        silent = len(self.twice - self.reported)
        lines = [f"Copies ordered: {self.ordered}; lost: {len(self.lost)}; doubled: {silent}."]
        return lines + [f"  Reported by the switch, since both suppliers' goods may come: {key}" for key in sorted(self.reported)]


def account(asked: Collection[CopyKey], copies: Copies, twice: Collection[CopyKey], reported: Collection[CopyKey]) -> Account:
    """Accounts for the copies that were `asked` for. `twice`: those of which two have goods. `reported`: by the switch."""
    return Account(len(asked), frozenset(asked) - copies.keys(), frozenset(twice), frozenset(reported))
