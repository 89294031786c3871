"""FOLIO as the post sees it: names, and what becomes of a fetched file."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from local.simulators.library.basket import Basket
from local.simulators.library.files import Accounts, File, Name
from local.simulators.library.folio.reading import read_file
from local.simulators.library.folio.writing import line_reference, write_orders
from local.simulators.library.ledger import Ledger
from shared.clock import Clock

_LONGEST_JOB = 14


@dataclass(frozen=True, slots=True)
class Folio:
    """One FOLIO with one export to one supplier: `accounts` are GLNs, the sub-account the vendor's for it."""

    accounts: Accounts
    clock: Clock
    name: Name = Name.FOLIO

    def references(self, basket: Basket) -> list[str]:
        """Returns the numbers of its order lines."""
        return [line_reference(basket, position) for position in range(1, len(basket.lines) + 1)]

    def write(self, basket: Basket, chance: Random) -> File:
        """Writes the file of an export job, whose number is the reference of the interchange."""
        job, now = str(chance.randrange(10**6))[-_LONGEST_JOB:], self.clock.now()
        return File(f"ALBION_orders_{now:%Y-%m-%d}_{basket.number}_{job}.edi", write_orders([basket], self.accounts, job, now))

    def wants(self, _: str) -> bool:
        """Imports the files that are uploaded to it: those of its folder of invoices."""
        return True

    def taken_name(self, name: str) -> str:
        """Leaves the file: people download it and import it."""
        return name

    def read(self, _: str, raw: bytes, ledger: Ledger) -> None:
        """Imports the file as invoices."""
        read_file(raw, ledger)
