"""Koha as the post sees it: names, endings, and what becomes of a fetched file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from random import Random

from local.simulators.library.basket import Basket
from local.simulators.library.files import Accounts, File, Name
from local.simulators.library.koha.reading import read_file
from local.simulators.library.koha.writing import write_orders
from local.simulators.library.ledger import Ledger
from shared.clock import Clock

_WANTED = (".CEA", ".CEI", ".CEQ")


@dataclass(frozen=True, slots=True)
class Koha:
    """One Koha with one supplier's account."""

    accounts: Accounts
    clock: Clock
    name: Name = Name.KOHA

    def references(self, basket: Basket) -> list[str]:
        """Returns its internal order numbers."""
        return [str(line.number) for line in basket.lines]

    def write(self, basket: Basket, chance: Random) -> File:
        """Writes `ordrN.CEP`: C for ready, E for EDIFACT, P for a purchase order."""
        return File(f"ordr{basket.number}.CEP", write_orders(basket, self.accounts, chance, self.clock.now()))

    def wants(self, name: str) -> bool:
        """Fetches answers, invoices and quotations; nothing else is there for it."""
        return name.endswith(_WANTED)

    def taken_name(self, name: str) -> str:
        """Puts an E in the place of the C: extracted."""
        return f"{name[:-3]}E{name[-2:]}"

    def read(self, name: str, raw: bytes, ledger: Ledger) -> None:
        """Reads by the ending of the name alone."""
        read_file(PurePosixPath(name).suffix, raw, self.accounts.supplier, ledger)
