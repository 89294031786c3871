"""Prepares further suppliers for a stack, each from a folder with a `stack.json`. Starts nothing."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from local.machine.certificates import mint_certificates
from local.machine.errors import CannotStartError
from local.machine.ports import LOOPBACK, free_port
from local.stack.options import ExtraSupplier, Simulator
from local.stack.programs import SUPPLIERS
from services.suppliers.conformance.settings import with_fields
from services.suppliers.contract import ENTRY_POINTS
from services.suppliers.contract.registry import adapter_names
from shared.clock import SystemClock

SETTINGS = "stack.json"
_GUIDE = "docs/plug-in-a-supplier.md says what belongs there"


class SimulatorSettings(BaseModel):
    """The simulator of a supplier: a Python file in its folder with arguments, and variables of its environment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: tuple[str, ...] = Field(min_length=1)
    environment: Mapping[str, str] = {}


class SupplierSettings(BaseModel):
    """A supplier's `stack.json`. In values, {port}, {authority}, {certificate}, {key} and the names of secrets are filled in.

    `set` are fields of the profile with other values, such as the simulator's address. An empty secret becomes a new one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    adapter: str
    profile: str = "profile.json"
    set: Mapping[str, str] = {}
    secrets: Mapping[str, str] = {}
    simulator: SimulatorSettings | None = None


def further_suppliers(folders: Sequence[Path], work: Path, say: Callable[[str], None]) -> tuple[ExtraSupplier, ...]:
    """Returns the suppliers of some folders. Installs their packages, and writes certificates, below `work`.

    `say` is called with each step, in words. Raises CannotStartError that says in one line what is wrong with which folder.
    """
    found: list[ExtraSupplier] = []
    for folder in folders:
        say(f"A further supplier is prepared: {folder}")
        found.append(further_supplier(folder, work))
    ids = [*SUPPLIERS, *(supplier.supplier_id for supplier in found)]
    for folder, supplier in zip(folders, found, strict=True):
        if ids.count(supplier.supplier_id) > 1:
            raise _wrong(folder, f"there is a supplier {supplier.supplier_id!r} already; give the profile another supplier_id")
    return tuple(found)


def further_supplier(folder: Path, work: Path) -> ExtraSupplier:
    """Returns the supplier of one folder, as `further_suppliers` does."""
    settings = _settings(folder)
    place = work / "further" / folder.resolve().name
    path = _installed(folder, place / "packages")
    names = {*adapter_names(), *_adapters_in(path)}
    if settings.adapter not in names:
        raise _wrong(folder, f"no adapter {settings.adapter!r} is installed, only {', '.join(sorted(names))}")
    port, certificates = free_port(), mint_certificates(place / "certificates", clock=SystemClock())
    values = {
        "port": str(port),
        "authority": str(certificates.authority),
        "certificate": str(certificates.server),
        "key": str(certificates.server_key),
    }
    keys = {name: secret or secrets.token_urlsafe(24) for name, secret in settings.secrets.items()}
    try:
        fields = [f"{name}={value.format_map(values)}" for name, value in settings.set.items()]
        profile = with_fields((folder / settings.profile).read_text(encoding="utf-8"), fields)
        supplier_id = str(json.loads(profile)["supplier_id"])
        simulator = _simulator(folder, settings.simulator, port, {**values, **keys})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _wrong(folder, f"its settings cannot be used: {error!r}") from error
    environment = {"PYTHONPATH": str(path)} if path is not None else {}
    return ExtraSupplier(supplier_id, settings.adapter, profile, keys, simulator, environment)


def _settings(folder: Path) -> SupplierSettings:
    if not folder.is_dir():
        raise _wrong(folder, f"there is no such folder. Give one with a {SETTINGS}: {_GUIDE}")
    try:
        return SupplierSettings.model_validate_json((folder / SETTINGS).read_bytes())
    except FileNotFoundError as error:
        raise _wrong(folder, f"it has no {SETTINGS}: {_GUIDE}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'/'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:3])
        raise _wrong(folder, f"{SETTINGS} cannot be used: {faults}") from error


def _installed(folder: Path, target: Path) -> Path | None:
    """Installs the package of a folder, offline; returns where, or None where the folder has no package."""
    if not (folder / "pyproject.toml").exists():
        return None
    source = target.parent / "source"
    # A build leaves files beside the source, so a copy is built; and what an earlier run installed may be older.
    for earlier in (source, target):
        shutil.rmtree(earlier, ignore_errors=True)
    shutil.copytree(folder, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__", ".*"))
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise _wrong(folder, f"its package cannot be installed: {(done.stderr.strip() or 'no reason').splitlines()[-1]}")
    return target


def _adapters_in(path: Path | None) -> set[str]:
    found = distributions(path=[str(path)]) if path is not None else ()
    return {point.name for package in found for point in package.entry_points if point.group == ENTRY_POINTS}


def _simulator(folder: Path, settings: SimulatorSettings | None, port: int, values: Mapping[str, str]) -> Simulator | None:
    if settings is None:
        return None
    program, *arguments = (word.format_map(values) for word in settings.command)
    if not (folder / program).is_file():
        raise ValueError(f"there is no {program}, the simulator")
    environment = {name: value.format_map(values) for name, value in settings.environment.items()}
    return Simulator([sys.executable, str((folder / program).resolve()), *arguments], port, environment)


def address_of(simulator: Simulator) -> str:
    """Returns where a simulator listens."""
    return f"{LOOPBACK}:{simulator.port}"


def _wrong(folder: Path, text: str) -> CannotStartError:
    return CannotStartError(f"SUPPLIER={folder}: {text}")
