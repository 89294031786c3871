"""What suppliers are called on pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SupplierNames:
    """The names of suppliers by their ids, as their exchanges stated them."""

    known: Mapping[str, str] = field(default_factory=dict)

    def of(self, supplier_id: str) -> str:
        """Returns what a supplier is called; its id where its exchange never stated a name."""
        return self.known.get(supplier_id) or supplier_id

    def choices(self, supplier_ids: Iterable[str] = ()) -> Sequence[tuple[str, str]]:
        """Returns the ids and names that a filter offers: these suppliers and all with a name, by name."""
        ids = {*self.known, *filter(None, supplier_ids)}
        return sorted(((supplier_id, self.of(supplier_id)) for supplier_id in ids), key=lambda choice: choice[1].casefold())
