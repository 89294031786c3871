"""`make demo` and `make up` pass paths on as they were typed, relative to where they were typed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.skipif(shutil.which("make") is None, reason="needs make")]

_ECHO = '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with our Makefile, where everything is installed and Python prints its arguments."""
    clone = tmp_path / "a clone"
    python = clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(_ECHO)
    python.chmod(0o755)
    shutil.copy(ROOT / "Makefile", clone)
    for name in ("requirements-dev.lock", "pyproject.toml", ".venv/installed"):
        (clone / name).touch()
    return clone


def words(typed_in: Path, *arguments: str, environment: dict[str, str] | None = None) -> list[str]:
    # Under `make test`, this is not a make within a make.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    given = {**inherited, **(environment or {}), "PWD": str(typed_in)}
    return subprocess.run(
        ["make", *arguments], cwd=typed_in, env=given, capture_output=True, text=True, check=True
    ).stdout.splitlines()


@pytest.mark.parametrize("name", ["../my own.csv", 'it\'s "a" file.csv', "$HOME $x $(y).csv", "a`id`;b#c\\d.csv", "-x.csv"])
def test_a_file_of_any_name_is_passed_on(clone: Path, name: str) -> None:  # case D2
    assert f"{clone}/{name}" in words(clone, "demo", f"FILE={name}")
    assert f"{clone}/{name}" in words(clone, "demo", environment={"FILE": name})


def test_a_path_is_relative_to_where_the_command_was_typed(clone: Path) -> None:
    assert f"{clone.parent}/my own.csv" in words(clone.parent, "-C", clone.name, "demo", "FILE=my own.csv")


def test_an_absolute_path_stays_and_no_path_gives_no_option(clone: Path) -> None:
    printed = words(clone, "demo", "FILE=/shelf/own.csv", "BRANCHES=b.csv", "KEEP=1")

    assert ["--file", "/shelf/own.csv", "--branches", f"{clone}/b.csv", "--keep"] == printed[printed.index("--file") :]
    assert words(clone, "up")[1:] == ["-m", "local.stack", "--broker", "embedded"]
    assert words(clone, "up", "FOLDER=a b")[-2:] == ["--folder", f"{clone}/a b"]
    assert words(clone, "story", "FOLDER=a b")[1:] == ["-m", "local.story", "--broker", "embedded", "--folder", f"{clone}/a b"]


def test_each_folder_of_a_further_supplier_is_passed_on(clone: Path) -> None:
    printed = words(clone, "up", "SUPPLIER=my own,/shelf/$x,../c*")

    assert printed[-6:] == ["--supplier", f"{clone}/my own", "--supplier", "/shelf/$x", "--supplier", f"{clone}/../c*"]
