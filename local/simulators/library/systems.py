"""The three systems of one council, with invented accounts, and how a run of the command line or a test makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from local.simulators.library.evergreen import Evergreen
from local.simulators.library.files import Accounts, Name, System
from local.simulators.library.folio import Folio
from local.simulators.library.koha import Koha
from shared.clock import Clock

# Invented numbers with valid check digits: two GLNs, or two SANs.
_LIBRARY, _SUPPLIER = "5098765000019", "5098765990013"
_LIBRARY_SAN, _SUPPLIER_SAN = "9870016", "9872108"
_MADE: Mapping[Name, tuple[Callable[[Accounts, Clock], System], Accounts]] = {
    Name.KOHA: (Koha, Accounts(_LIBRARY, _SUPPLIER)),
    Name.EVERGREEN: (Evergreen, Accounts(_LIBRARY_SAN, _SUPPLIER_SAN, "3344")),
    Name.FOLIO: (Folio, Accounts(_LIBRARY, _SUPPLIER, "SFK-1")),
}
# Orders of different systems have different numbers, because all of them are one council's.
FIRST_ORDERS: Mapping[Name, int] = {Name.KOHA: 4_211, Name.EVERGREEN: 50_001, Name.FOLIO: 700_001}


def system_of(name: Name, clock: Clock) -> System:
    """Returns one of the systems."""
    made, accounts = _MADE[name]
    return made(accounts, clock)
