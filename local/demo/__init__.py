"""The demo: sends sample orders through the whole system. This module only names the sample file."""

from pathlib import Path

ORDERS = Path(__file__).parent / "orders.csv"
