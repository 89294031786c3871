"""Names of operations, as methods of a generated client: `place_order`, `accept_invoice`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from fastapi.routing import APIRoute


def operation_ids(routes: Sequence[APIRoute]) -> Sequence[str]:
    """Returns the operationIds of routes: its own, or its function's name with the thing that it is about.

    `accept` of `/v1/invoices/{invoice_id}/accept` becomes `accept_invoice`. Where several have a name, each gets the first part
    of its path.
    """
    names = [route.operation_id or _name(route) for route in routes]
    times = Counter(names)
    return [name if times[name] == 1 else f"{name}_of_{_segments(route)[0]}" for name, route in zip(names, routes, strict=True)]


def _name(route: APIRoute) -> str:
    verb, _, rest = route.name.partition("_")
    if rest == "all":
        return f"{verb}_{_segments(route)[0]}"
    return route.name if rest and rest != "one" else f"{verb}_{thing_of(route)}"


def _segments(route: APIRoute) -> list[str]:
    """Returns the fixed parts of a path, without its version."""
    parts = [part for part in route.path_format.split("/") if part and not part.startswith("{")]
    return [part.replace("-", "_") for part in parts if part != "v1"] or ["root"]


def thing_of(route: APIRoute) -> str:
    """Returns what a path is about: the thing before its last id, else its first part; in the singular."""
    parts = route.path_format.split("/")
    owners = [before for before, part in pairwise(parts) if part.startswith("{")]
    plural = owners[-1].replace("-", "_") if owners else _segments(route)[0]
    return _singular(plural)


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return f"{plural[:-3]}y"
    if plural.endswith(("ches", "shes", "sses", "xes")):
        return plural[:-2]
    return plural.removesuffix("s")
