"""SRU: other systems search the catalogue as they search other libraries' catalogues."""

from services.catalogue.sru.door import sru_router

__all__ = ["sru_router"]
