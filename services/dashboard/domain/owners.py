"""Who keeps a thing: a service by its name, such as `orders`, or an exchange as `supplier-` and its supplier. Pure."""

from __future__ import annotations

_EXCHANGE = "supplier-"


def exchange_of(supplier_id: str) -> str:
    """Returns what a supplier's exchange is called as an owner."""
    return f"{_EXCHANGE}{supplier_id}"


def supplier_of(owner: str) -> str | None:
    """Returns the supplier whose exchange an owner is; None for any other service."""
    return owner.removeprefix(_EXCHANGE) if owner.startswith(_EXCHANGE) else None


def owner_in_words(owner: str) -> str:
    """Returns what people call an owner."""
    supplier = supplier_of(owner)
    return owner if supplier is None else f"exchange of {supplier}"
