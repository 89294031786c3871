"""Installs the third supplier's package offline into its own folder, as its authors would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

THIRD_SUPPLIER = ROOT / "docs/examples/third_supplier"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder to put on PYTHONPATH."""
    source, target = tmp_path_factory.mktemp("source") / "package", tmp_path_factory.mktemp("installed")
    # A build leaves files beside the source, so a copy is built.
    shutil.copytree(THIRD_SUPPLIER, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "install", *offline, "--target", target, source], check=True)
    return target


@pytest.fixture
def run(installed: Path) -> Run:
    """`run("-m", "package", ...)` runs Python from the project's root with the package on its path."""

    def run_python(*arguments: object, limit: float = 120.0) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = [sys.executable, *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(installed)}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=limit, check=False)

    return run_python
