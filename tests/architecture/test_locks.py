"""The lock files pin every dependency with hashes, and name no package index."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import pytest

from tests.architecture.source import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==\S+( ; [^\\]+)? ?\\$")
_HASH = re.compile(r"^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_or_its_hash(lock: str) -> None:
    lines = [line for line in _lines(lock) if not line.lstrip().startswith("#")]
    wrong = [line for line in lines if not _PIN.match(line) and not _HASH.match(line)]
    assert not wrong, f"write the lock file again, without index, URL or annotation: {wrong[:5]}"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    lines = [*_lines(lock), ""]
    bare = [line for line, following in pairwise(lines) if _PIN.match(line) and not _HASH.match(following)]
    assert not bare, f"write the lock file again, with hashes: {bare}"


def test_every_dependency_is_locked() -> None:
    missing = _names(_project()["dependencies"]) - _pinned("requirements.lock")
    assert not missing, f"write the lock file again: requirements.lock lacks {missing}"


def test_every_dependency_of_any_kind_is_in_the_lock_for_development() -> None:
    groups = cast("dict[str, list[str]]", _project()["optional-dependencies"])
    wanted = _names(_project()["dependencies"]).union(*map(_names, groups.values()))
    missing = wanted - _pinned("requirements-dev.lock")
    assert not missing, f"write the lock file again: requirements-dev.lock lacks {missing}"


def test_what_is_tested_is_what_is_deployed() -> None:
    deployed, tested = set(_pins("requirements.lock")), set(_pins("requirements-dev.lock"))
    assert deployed <= tested, f"write both lock files together; versions differ: {sorted(deployed - tested)}"


def test_nothing_that_only_this_machine_needs_is_deployed() -> None:
    groups = cast("dict[str, list[str]]", _project()["optional-dependencies"])
    only_here = _names(groups["local"]) | _names(groups["bench"]) | {"pytest", "mypy", "ruff"}
    assert not only_here & _pinned("requirements.lock")


def _lines(lock: str) -> list[str]:
    return [line for line in (ROOT / lock).read_text().splitlines() if line.strip()]


def _pins(lock: str) -> list[str]:
    return [line.rstrip(" \\") for line in _lines(lock) if _PIN.match(line)]


def _pinned(lock: str) -> set[str]:
    return _names(_pins(lock))


def _names(requirements: object) -> set[str]:
    found = [_NAME.match(requirement) for requirement in cast("Sequence[str]", requirements)]
    return {re.sub(r"[-_.]+", "-", match.group()).lower() for match in found if match}


def _project() -> dict[str, object]:
    return cast("dict[str, object]", tomllib.loads((ROOT / "pyproject.toml").read_text())["project"])
