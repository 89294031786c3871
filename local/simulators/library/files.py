"""What one library system is, to the post that carries its files: names, folders, and how it treats what it fetches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Protocol

from local.simulators.library.basket import Basket
from local.simulators.library.ledger import Ledger


class Name(StrEnum):
    """The simulated library systems."""

    KOHA = "koha"
    EVERGREEN = "evergreen"
    FOLIO = "folio"


@dataclass(frozen=True, slots=True)
class Accounts:
    """How the library and the other side name each other in messages, in the way of this system."""

    library: str
    supplier: str
    sub_account: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to put into the mailbox."""

    name: str
    body: bytes


class System(Protocol):
    """One library system: how it writes orders, which files it fetches, and what it understands of them."""

    @property
    def name(self) -> Name:
        """Which system it is."""

    def references(self, basket: Basket) -> list[str]:
        """Returns what it writes in RFF+LI, for each line."""

    def write(self, basket: Basket, chance: Random) -> File:
        """Writes a basket as ORDERS. `chance` draws what the real one leaves to chance, such as references."""

    def wants(self, name: str, /) -> bool:
        """Returns whether it fetches a file of this name."""

    def taken_name(self, name: str, /) -> str:
        """Returns the name that it gives to a file it has fetched: the same if it leaves it."""

    def read(self, name: str, raw: bytes, ledger: Ledger, /) -> None:
        """Reads a fetched file as well as the real one does, and enters what it understood and what it could not use."""
