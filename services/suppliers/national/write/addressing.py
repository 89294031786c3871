"""Writes council, supplier and branches as one bookseller identifies them (NAD). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.suppliers.national.profile import NationalAccount, NationalProfile
from services.suppliers.national.write.wording import code
from shared.contracts.base import Place
from shared.formats.editeur import Party, Reference

_LONGEST = 35
_GLN, _SELLERS, _BUYERS = "9", "91", "92"


class Addressing:
    """Writes the parties of messages to one supplier. Raises ValueError for a party that cannot be written."""

    def __init__(self, profile: NationalProfile) -> None:
        self._profile = profile
        self._dialect = profile.dialect

    def parties(self, council: str) -> tuple[Party, ...]:
        """Returns buyer (NAD+BY), with the supplier's number for it (RFF+API) where wanted, and supplier (NAD+SU)."""
        account, agency = self._account(council), self._dialect.buyer_agency
        buyer = account.gln if agency == _GLN else self._code(account.account_number, "account number")
        known_as = (Reference("API", self._code(account.account_number, "account number")),)
        named = account.account_number and self._dialect.account_reference
        return (
            Party("BY", buyer, agency, references=known_as if named else ()),
            Party("SU", self._profile.supplier_gln, _GLN),
        )

    def places(self, council: str, places: Sequence[Place]) -> list[Party]:
        """Returns each branch or hub once as delivery party (NAD+DP), in the order given."""
        account = self._account(council)
        return [self._place(place, account) for place in {place.code: place for place in places}.values()]

    def _place(self, branch: Place, account: NationalAccount) -> Party:
        """Returns a place by its GLN or delivery account, with our code, which GIR and LOC use, in RFF+API; else by our code."""
        branch_code = self._code(branch.code, "branch")
        known_as = (Reference("API", branch_code),)
        delivery_account = account.delivery_accounts.get(branch.code)
        if self._dialect.places == "gln" and branch.gln:
            return Party("DP", branch.gln, _GLN, references=known_as)
        if self._dialect.places == "theirs" and delivery_account:
            return Party("DP", self._code(delivery_account, "delivery account"), _SELLERS, references=known_as)
        return Party("DP", branch_code, _BUYERS)

    def _account(self, council: str) -> NationalAccount:
        account = self._profile.accounts.get(council)
        if account is None:
            raise ValueError(f"{self._profile.supplier_id} has no account for council {council!r}")
        return account

    def _code(self, text: str, what: str) -> str:
        return code(text, self._dialect.charset, what=what, longest=_LONGEST)
