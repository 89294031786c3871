"""Evergreen: ORDERS with counts of like copies; understands ORDRSP, INVOIC and DESADV by patterns that know no escape."""

from local.simulators.library.evergreen.system import Evergreen

__all__ = ["Evergreen"]
