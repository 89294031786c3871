"""A folder describes a further supplier; an error in the folder is reported in one line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from local.machine.errors import CannotStartError
from local.stack import ExtraSupplier
from local.stack.further import address_of, further_suppliers
from tests.architecture.source import ROOT

PROFILE = json.loads((ROOT / "services/suppliers/national/profiles/albion.json").read_text())
SETTINGS = {
    "adapter": "national",
    "set": {"mailbox.host": "127.0.0.1", "mailbox.port": "{port}"},
    "secrets": {"sftp_password": "", "other": "as given"},
    "simulator": {"command": ["server.py", "--port={port}"], "environment": {"PASSWORD": "{sftp_password}"}},
}


def test_a_supplier_gets_a_port_its_simulator_and_new_secrets(tmp_path: Path) -> None:
    (supplier,) = _prepared(_folder(tmp_path))

    simulator = supplier.simulator
    assert simulator is not None
    assert (supplier.supplier_id, supplier.adapter) == ("albion", "national")
    assert json.loads(supplier.profile)["mailbox"]["port"] == simulator.port
    assert supplier.secrets["other"] == "as given"
    assert simulator.environment == {"PASSWORD": supplier.secrets["sftp_password"]}
    assert len(supplier.secrets["sftp_password"]) > 20
    assert simulator.command == [sys.executable, str(tmp_path / "one/server.py"), f"--port={simulator.port}"]
    assert address_of(simulator) == f"127.0.0.1:{simulator.port}"


def test_an_installed_adapter_needs_no_simulator_and_no_package(tmp_path: Path) -> None:
    (supplier,) = _prepared(_folder(tmp_path, {"adapter": "consortium"}))

    assert (supplier.simulator, supplier.secrets, supplier.environment) == (None, {}, {})


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"adapter": "nobody"}, "no adapter 'nobody' is installed, only consortium, national"),
        ({"surprise": 1}, "stack.json cannot be used: surprise: Extra inputs are not permitted"),
        ({"profile": "elsewhere.json"}, "its settings cannot be used: FileNotFoundError"),
        ({"set": {"mailbox.port": "{harbour}"}}, "its settings cannot be used: KeyError('harbour')"),
        ({"simulator": {"command": ["gone.py"]}}, "there is no gone.py, the simulator"),
    ],
)
def test_settings_that_cannot_be_used_are_named_in_one_line(tmp_path: Path, changes: Mapping[str, object], problem: str) -> None:
    folder = _folder(tmp_path, {**SETTINGS, **changes})

    with pytest.raises(CannotStartError) as refused:
        _prepared(folder)

    assert refused.value.brief.startswith(f"SUPPLIER={folder}: ")
    assert problem in refused.value.brief
    assert "\n" not in refused.value.brief


def test_a_folder_that_is_not_there_or_has_no_settings_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotStartError, match=r"there is no such folder\. Give one with a stack\.json"):
        _prepared(tmp_path / "gone")
    with pytest.raises(CannotStartError, match=r"it has no stack\.json"):
        _prepared(tmp_path)


def test_two_suppliers_with_one_id_are_refused(tmp_path: Path) -> None:
    folders = _folder(tmp_path), _folder(tmp_path, name="two")

    with pytest.raises(CannotStartError, match="there is a supplier 'albion' already"):
        _prepared(*folders)


def _prepared(*folders: Path) -> tuple[ExtraSupplier, ...]:
    return further_suppliers(folders, folders[0].parent / "work", lambda _: None)


def _folder(parent: Path, settings: Mapping[str, object] = SETTINGS, *, name: str = "one") -> Path:
    folder = parent / name
    folder.mkdir()
    (folder / "profile.json").write_text(json.dumps(PROFILE))
    (folder / "server.py").touch()
    (folder / "stack.json").write_text(json.dumps(settings))
    return folder
