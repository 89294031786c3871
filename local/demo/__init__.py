"""The demo: sends sample orders through the whole system. This module only names the sample files."""

from pathlib import Path

_FOLDER = Path(__file__).parent

ORDERS = _FOLDER / "orders.csv"
BRANCHES = _FOLDER / "branches.csv"
