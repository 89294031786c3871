"""The demo: a council's order file, played through the whole system, and a final reckoning."""

from pathlib import Path

ORDERS = Path(__file__).parent / "orders.csv"
CATALOGUE = Path(__file__).parent / "catalogue.csv"
