"""Runs the guides: every shell command in order; it must print what the guide shows."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.architecture.source import ROOT
from tests.waiting import eventually

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "--- end of step {} ---"


@dataclass(frozen=True, slots=True)
class Step:
    """Commands, and lines that they must print, among others."""

    commands: str
    printed: tuple[str, ...]


def test_steps_are_found_with_what_they_print() -> None:
    text = "```sh\na\nb\n```\n```text\none  two\n```\nwords\n```sh\nc\n```\n"

    assert _steps(text) == [Step("a\nb\n", ("one two",)), Step("c\n", ())]


@pytest.mark.long
@pytest.mark.processes
@pytest.mark.timeout(600)
@pytest.mark.parametrize("guide", ["docs/plug-in-a-supplier.md", "docs/connect-an-lms.md"])
def test_every_command_of_the_guide_does_what_it_says(guide: str, short_folder: Path) -> None:
    text = (ROOT / guide).read_text()
    steps = _steps(text)
    script = "\n".join(["set -eu", *(f"{step.commands}\necho '{_MARK.format(n)}'" for n, step in enumerate(steps))])
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(short_folder), "TMPDIR": str(short_folder), "LANG": "C.UTF-8"}
    # If `make` installs again, it must use the Python of this run.
    environment["PYTHON"] = sys.executable

    with ExitStack() as others:
        for commands in _in_other_terminals(text):
            others.enter_context(_terminal(commands, environment))
        done = subprocess.run(
            ["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=550, check=False
        )

    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    rest = _spaced(done.stdout)
    for number, step in enumerate(steps):
        output, _, rest = rest.partition(_MARK.format(number))
        missing = [line for line in step.printed if line not in output]
        assert not missing, f"step {number} ({step.commands.splitlines()[0]}) does not print {missing}, but {output[-2_000:]}"
    assert len(steps) > 5


def _in_other_terminals(text: str) -> list[str]:
    """The `terminal` blocks: what runs while the rest is typed."""
    return [body for language, body in _BLOCK.findall(text) if language == "terminal"]


@contextmanager
def _terminal(commands: str, environment: Mapping[str, str]) -> Iterator[None]:
    """Runs commands beside the others, until Ctrl-C. Those of a system have printed that it runs when this begins."""
    log = Path(environment["HOME"]) / "terminal.txt"
    with (
        log.open("wb") as output,
        psutil.Popen(
            ["bash", "-c", commands],
            cwd=ROOT,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as terminal,
    ):
        try:
            if commands.startswith("make up"):
                asyncio.run(eventually(lambda: terminal.poll() is not None or "is running" in log.read_text(), limit=200))
                assert terminal.poll() is None, log.read_text()
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(terminal.pid, signal.SIGINT)
            terminal.wait(60)


def _steps(text: str) -> list[Step]:
    """Each `sh` block, with the lines of the `text` blocks after it."""
    steps: list[Step] = []
    for language, body in _BLOCK.findall(text):
        if language == "sh":
            steps.append(Step(body, ()))
        elif language == "text" and steps:
            printed = tuple(filter(None, map(_spaced, body.splitlines())))
            steps[-1] = Step(steps[-1].commands, (*steps[-1].printed, *printed))
    return steps


def _spaced(text: str) -> str:
    """Returns the text with single blanks, so that a table or a wrapped line is compared by its words."""
    return " ".join(text.split())
