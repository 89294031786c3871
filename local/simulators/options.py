"""Options that the simulators' command lines share. Knows no simulator."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import typer


def named_numbers(settings: Iterable[str], names: Collection[str]) -> dict[str, float]:
    """Returns the numbers of NAME=NUMBER by name. Raises BadParameter for another name, and for what is no number."""
    chosen: dict[str, float] = {}
    for setting in settings:
        name, _, number = setting.partition("=")
        if name not in names:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(names)}")
        try:
            chosen[name] = float(number)
        except ValueError as error:
            raise typer.BadParameter(f"{setting!r} is not NAME=NUMBER") from error
    return chosen
