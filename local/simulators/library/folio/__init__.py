"""FOLIO: ORDERS that name locations without numbers of copies; understands INVOIC alone."""

from local.simulators.library.folio.system import Folio

__all__ = ["Folio"]
