"""`python -m services.suppliers [migrate]`: the exchange of one supplier."""

from __future__ import annotations

import sys

from services.suppliers.app import PACKAGE, create_app
from services.suppliers.settings import SuppliersSettings
from shared.serve import serve

if __name__ == "__main__":
    settings = SuppliersSettings()
    serve(PACKAGE, settings, lambda: create_app(settings), sys.argv[1:])
