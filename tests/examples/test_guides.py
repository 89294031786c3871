"""Runs the guides: every shell command in order; it must print what the guide shows."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

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


@pytest.mark.processes
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("guide", ["docs/plug-in-a-supplier.md"])
def test_every_command_of_the_guide_does_what_it_says(guide: str, tmp_path: Path) -> None:
    steps = _steps((ROOT / guide).read_text())
    script = "\n".join(["set -eu", *(f"{step.commands}\necho '{_MARK.format(n)}'" for n, step in enumerate(steps))])
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "LANG": "C.UTF-8"}

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
