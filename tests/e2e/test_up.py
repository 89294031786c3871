"""`make up` as a newcomer runs it: it shows what it does, something can be ordered, and it cleans up after itself."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from local.stack.signing_in import sign_in
from tests.waiting import eventually


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
async def test_a_new_system_takes_what_it_says_to_type_and_leaves_nothing_behind(  # case D6
    tmp_path: Path, short_folder: Path
) -> None:
    log, temporary = tmp_path / "output", short_folder
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "local.stack"]
    with log.open("wb") as output, psutil.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment) as system:
        try:
            await eventually(lambda: system.poll() is not None or "docs/connect-an-lms.md" in log.read_text(), limit=200)
            shown = log.read_text()
            typed = [line.strip() for line in shown.splitlines() if line.startswith(("  . ", "  curl "))]
            assert len(typed) == 3, shown
            ordering = await asyncio.create_subprocess_shell("\n".join(typed), stdout=subprocess.PIPE)
            answer, changes = (json.loads(line) for line in (await ordering.communicate())[0].splitlines())
            assert {part["supplier_id"] for part in answer["lines"]} == {"consortium", "national"}, answer
            assert changes["items"][0]["body"]["order_number"] == "SAMPLE-1"
            assert "Nothing waits for a second person" in await _changes(shown)
            # case D4
            steps = ["PostgreSQL and the broker start", "PostgreSQL is ready", "The database of orders", "orders is ready"]
            places = [shown.index(step) for step in steps]
            assert places == sorted(places)
            system.send_signal(signal.SIGINT)
            await eventually(lambda: system.poll() is not None, limit=60)
        finally:
            if system.poll() is None:
                system.kill()
    assert system.returncode == 0, log.read_text()
    assert "MB) was removed from" in log.read_text()
    assert list(temporary.iterdir()) == []


async def _changes(shown: str) -> str:
    """The page of changes at the address that is printed, as one of the people sees it."""
    address = shown.partition("\nPages for staff: ")[2].split()[0]
    async with httpx.AsyncClient(trust_env=False) as browser:
        return (await sign_in(browser, f"{address}/changes", "ann")).text


@pytest.mark.processes
@pytest.mark.parametrize("command", ["local.stack", "local.demo"])
def test_a_start_that_fails_says_in_one_line_what_to_do(tmp_path: Path, command: str) -> None:
    """Without Java on the PATH, Apache Kafka cannot run."""
    environment = {**os.environ, "PATH": str(tmp_path), "TMPDIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-m", command, "--broker", "kafka"], capture_output=True, text=True, env=environment, check=False
    )

    assert run.returncode == 1
    assert run.stderr == ""
    (reason,) = [line for line in run.stdout.splitlines() if "Cannot start" in line]
    assert reason.endswith("Cannot start: Apache Kafka needs Java 17 or newer: install `java` on the PATH")


@pytest.mark.processes
def test_a_temporary_folder_that_is_too_deep_for_a_socket_is_named(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    command = [sys.executable, "-m", "local.stack"]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(deep)}, check=False)

    assert run.returncode == 1
    (reason,) = [line for line in run.stdout.splitlines() if "Cannot start" in line]
    assert reason.endswith("set TMPDIR to a folder with a short path")
    assert str(deep) in reason
