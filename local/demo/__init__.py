"""The demo: sample orders through the whole system. Here only the sample files' places."""

from pathlib import Path

_FOLDER = Path(__file__).parent

ORDERS = _FOLDER / "orders.csv"
BRANCHES = _FOLDER / "branches.csv"
