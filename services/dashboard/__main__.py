"""`python -m services.dashboard [migrate]`: one process of the dashboard service."""

from __future__ import annotations

import sys

from services.dashboard.app import PACKAGE, create_app
from shared.serve import serve
from shared.settings import ServiceSettings

if __name__ == "__main__":
    settings = ServiceSettings()
    serve(PACKAGE, settings, lambda: create_app(settings), sys.argv[1:])
