"""The command line of a benchmark of readers: memory and speed, or speed alone."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def measure(about: str | None, *, memory: Callable[[], None], speed: Callable[[], None]) -> None:
    """Measures both, or speed alone with `--speed`; `about` is shown by `--help`."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", action="store_true", help="measure only speed")
    if not parser.parse_args().speed:
        memory()
    speed()
