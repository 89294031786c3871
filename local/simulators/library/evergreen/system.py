"""Evergreen as the post sees it: names, and what becomes of a fetched file."""

from __future__ import annotations

import string
from dataclasses import dataclass
from random import Random

from local.simulators.library.basket import Basket
from local.simulators.library.evergreen.reading import read_file
from local.simulators.library.evergreen.writing import reference, write_orders
from local.simulators.library.files import Accounts, File, Name
from local.simulators.library.ledger import Ledger
from shared.clock import Clock

_LETTERS_OF_NAME = 10


@dataclass(frozen=True, slots=True)
class Evergreen:
    """One Evergreen with one supplier's account: `accounts` are SANs, the sub-account the supplier's number for it."""

    accounts: Accounts
    clock: Clock
    name: Name = Name.EVERGREEN

    def references(self, basket: Basket) -> list[str]:
        """Returns order and line with a slash."""
        return [reference(basket, line) for line in basket.lines]

    def write(self, basket: Basket, chance: Random) -> File:
        """Writes a file whose name is that of a temporary one: it says nothing."""
        name = "".join(chance.choices(string.ascii_letters, k=_LETTERS_OF_NAME))
        return File(f"{name}.edi", write_orders(basket, self.accounts, self.clock.now()))

    def wants(self, _: str) -> bool:
        """Fetches every file of its folder that it has not processed under this name."""
        return True

    def taken_name(self, name: str) -> str:
        """Leaves the file."""
        return name

    def read(self, _: str, raw: bytes, ledger: Ledger) -> None:
        """Reads every message of the file."""
        read_file(raw, self.accounts, ledger)
