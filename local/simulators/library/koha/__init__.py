"""Koha: ORDERS with one GIR per copy; understands ORDRSP, INVOIC and QUOTES by the endings of their names."""

from local.simulators.library.koha.system import Koha

__all__ = ["Koha"]
