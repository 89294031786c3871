"""`python -m services.dashboard [migrate]`: one process of the dashboard service."""

from __future__ import annotations

import sys

from services.dashboard.app import PACKAGE, create_app
from services.dashboard.settings import DashboardSettings
from shared.serve import serve

if __name__ == "__main__":
    settings = DashboardSettings()
    serve(PACKAGE, settings, lambda: create_app(settings), sys.argv[1:])
