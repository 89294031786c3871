"""The other side, simulated: each speaks its native protocol. Here only what both know of books."""

from pathlib import Path

CATALOGUE = Path(__file__).parent / "catalogue.csv"
