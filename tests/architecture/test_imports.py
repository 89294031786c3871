"""The rules of .importlinter hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT


def test_nobody_imports_what_it_must_not() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"move the code or pass the thing in; .importlinter says why:\n{done.stdout}{done.stderr}"
