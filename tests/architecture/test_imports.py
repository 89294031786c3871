"""The rules of .importlinter hold, they leave no module out, and a bad import in any part of a package is caught."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.layers import LayersContract

from tests.architecture.source import ROOT

ROOTS = ("services", "shared", "local")
PACKAGES = (
    "services.orders",
    "services.delivery",
    "services.catalogue",
    "services.dashboard",
    "services.evidence",
    "services.lms",
    "services.suppliers",
    "shared",
    "shared.messaging",
    "shared.formats",
    "local",
)
"""The packages whose parts are layers."""


@pytest.mark.processes
def test_nobody_imports_what_it_must_not() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"move the code or pass the object in; see .importlinter:\n{done.stdout}{done.stderr}"


def test_every_module_is_in_a_layer() -> None:
    outside = {module for module in _graph().modules if not module.startswith(tuple(f"{package}." for package in PACKAGES))}
    assert outside == {*ROOTS, *(package for package in PACKAGES if package.startswith("services."))}
    assert set(_layers()) == set(PACKAGES)
    open_lists = [package for package, options in _layers().items() if options.get("exhaustive") != "True"]
    assert not open_lists, f"set `exhaustive = True`, so that every new module needs a layer: {open_lists}"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_bad_import_in_any_part_of_a_package_is_caught(package: str) -> None:
    top, *below = _layers()[package]["layers"]
    parts = [part for line in below for part in re.split(r"\s*\|\s*", line)]

    passed = [part for part in parts if _allows(package, importer=f"{package}.{part}", imported=f"{package}.{_first(top)}")]

    assert len(parts) > 3
    assert not passed, f"may import {_first(top)}, which is above: {passed}"


def _first(line: str) -> str:
    return line.split("|")[0].strip()


def _allows(package: str, *, importer: str, imported: str) -> bool:
    """Returns whether the package's layer rules still hold with one more import."""
    graph = deepcopy(_graph())
    graph.add_import(importer=importer, imported=imported)
    contract = LayersContract(name=package, session_options={"root_packages": ROOTS}, contract_options=dict(_layers()[package]))
    return contract.check(graph, verbose=False).kept


@cache
def _layers() -> Mapping[str, Mapping[str, Any]]:
    """Returns the options of each layers rule, by its package."""
    contracts = read_configuration(str(ROOT / ".importlinter"))["contracts_options"]
    rules = (contract for contract in contracts if contract["type"] == "layers")
    return {rule["containers"]: {key: rule[key] for key in ("containers", "exhaustive", "layers")} for rule in rules}


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOTS, cache_dir=None)
