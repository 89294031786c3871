"""`python -m services.evidence [migrate]`: one process of the evidence service."""

from __future__ import annotations

import sys

from services.evidence.app import PACKAGE, create_app
from services.evidence.settings import EvidenceSettings
from shared.serve import serve

if __name__ == "__main__":
    settings = EvidenceSettings()
    serve(PACKAGE, settings, lambda: create_app(settings), sys.argv[1:])
