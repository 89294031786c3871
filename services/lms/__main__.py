"""`python -m services.lms [migrate]`: one process of the lms service."""

from __future__ import annotations

import sys

from services.lms.app import PACKAGE, create_app
from services.lms.settings import LmsSettings
from shared.serve import serve

if __name__ == "__main__":
    settings = LmsSettings()
    serve(PACKAGE, settings, lambda: create_app(settings), sys.argv[1:])
