"""Routes of the catalogue: parse, use case, render."""

from services.catalogue.api.changes import changes_router
from services.catalogue.api.oai import oai_router
from services.catalogue.api.titles import titles_router

__all__ = ["changes_router", "oai_router", "titles_router"]
