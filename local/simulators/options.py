"""Options that several command lines share. Knows no simulator."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

import typer

N = TypeVar("N", int, float)


def named_numbers(settings: Iterable[str], names: Collection[str], kind: type[N]) -> dict[str, N]:
    """Returns the numbers of NAME=NUMBER by name. Raises BadParameter for another name, and for no number of this kind."""
    chosen: dict[str, N] = {}
    for setting in settings:
        name, _, number = setting.partition("=")
        if name not in names:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(names)}")
        try:
            chosen[name] = kind(number)
        except ValueError as error:
            raise typer.BadParameter(f"{setting!r} is not NAME=NUMBER") from error
    return chosen
