"""Finds programs inside installed wheels. The packages are never imported: we start and stop their programs ourselves."""

import importlib.util
from pathlib import Path

from local.machine.errors import CannotStartError


class WheelMissingError(CannotStartError):
    """A package of the extra `local` is not installed, or does not contain the program for this machine."""


def program_of(package: str, path: str) -> str:
    """Returns the absolute path of a program inside an installed package. Raises WheelMissingError."""
    wheel = importlib.util.find_spec(package)
    if wheel is None or not wheel.submodule_search_locations:
        raise WheelMissingError(
            f"the package {package} is not installed: install the extra `local`, or run `make clean` and try again"
        )
    program = Path(wheel.submodule_search_locations[0]).resolve() / path
    if not program.is_file():
        raise WheelMissingError(f"the package {package} has no {path} for this machine")
    return str(program)
