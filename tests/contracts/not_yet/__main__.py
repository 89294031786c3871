"""Writes again what each service still lacks: `python -m tests.contracts.not_yet`. Look at the difference before a commit."""

import json
import tempfile
from pathlib import Path

from tests.contracts.documents import Described
from tests.contracts.test_api_conventions import NOT_YET, RULES
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of

with tempfile.TemporaryDirectory() as folder:
    tokens = Tokens(Path(folder))
    for service in SERVICES:
        app = app_of(service, tokens)
        described = Described(service, app, app.openapi())
        found = {name: sorted(set(rule(described))) for name, rule in RULES.items()}
        lacks = {name: places for name, places in found.items() if places}
        (NOT_YET / f"{service}.json").write_text(f"{json.dumps(lacks, indent=1)}\n")
