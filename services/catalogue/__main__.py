"""`python -m services.catalogue [migrate]`: one process of the catalogue service."""

from __future__ import annotations

import sys

from services.catalogue.app import PACKAGE, create_app
from services.catalogue.settings import CatalogueSettings
from shared.serve import serve

if __name__ == "__main__":
    settings = CatalogueSettings()
    serve(PACKAGE, settings, lambda: create_app(settings), sys.argv[1:])
