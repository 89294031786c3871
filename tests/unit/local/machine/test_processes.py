"""Real child processes: how they start, answer, end and are restarted."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import (
    Child,
    ChildFailedError,
    Program,
    Supervised,
    http_answers,
    port_answers,
    run_to_end,
    wait_until,
)
from local.machine.warm import Module
from local.stack.programs import PRELOAD
from tests.waiting import eventually

pytestmark = pytest.mark.processes

PROJECT = Path(__file__).parents[4]

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
# Cold: starts a new Python. Warm: copies a Python process that is already running.
COMMANDS: Mapping[str, Callable[[str], Sequence[str] | Module]] = {
    "cold": lambda code: [sys.executable, "-c", code],
    "warm": lambda code: Module("tests.unit.local.machine.piece", [code]),
}
PARENT = """
import sys, time
from pathlib import Path
from local.machine.processes import Child, Program
from tests.unit.local.machine.test_processes import COMMANDS
child = Child(Program("orphan", COMMANDS[sys.argv[1]]("import time; time.sleep(60)"), Path(sys.argv[2])))
print(child.pid, flush=True)
time.sleep(60)
"""
INTERRUPTED = """
import asyncio, os, signal, sys
from pathlib import Path
from local.machine.processes import Program, run_to_end
from local.machine.warm import warm_up
from tests.unit.local.machine.test_processes import COMMANDS
signal.signal(signal.SIGINT, lambda *_: None)
warm_up(["services.orders.app"])
os.killpg(0, signal.SIGINT)
asyncio.run(run_to_end(Program("piece", COMMANDS["warm"]("print('up')"), Path(sys.argv[1]))))
"""


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest) -> Callable[[str], Sequence[str] | Module]:
    """Returns how to run a piece of Python."""
    return COMMANDS[request.param]


@pytest.fixture
def python(command: Callable[[str], Sequence[str] | Module], tmp_path: Path) -> Callable[[str], Program]:
    """Returns a program that runs a piece of Python."""
    return lambda code: Program("piece", command(code), tmp_path / "piece.log")


@pytest.fixture
async def sleeper(python: Callable[[str], Program]) -> AsyncIterator[Supervised]:
    """A supervised program that runs until it is ended."""
    supervised = Supervised(python(SLEEPER), first_pause=0.01, longest_pause=0.05)
    await supervised.start()
    yield supervised
    await supervised.stop()


async def has_printed(child: Child) -> bool:
    return child.program.log_file.read_text().startswith("up")


async def test_a_child_has_a_process_group_of_its_own(python: Callable[[str], Program]) -> None:
    child = Child(python(SLEEPER))

    assert os.getpgid(child.pid) == child.pid != os.getpgrp()
    await child.kill()


async def test_a_child_that_ends_when_asked_is_not_killed(python: Callable[[str], Program]) -> None:
    child = Child(python(SLEEPER))
    await child.stop()

    assert child.exit_code == -signal.SIGTERM


async def test_a_child_that_ignores_being_asked_is_killed(python: Callable[[str], Program]) -> None:
    child = Child(python(STUBBORN))
    await wait_until(lambda: has_printed(child), child=child)
    await child.stop(limit=0.2)

    assert child.exit_code == -signal.SIGKILL


async def test_a_child_writes_to_its_log_file(python: Callable[[str], Program]) -> None:
    program = python("import sys; print('out'); print('err', file=sys.stderr)")
    await run_to_end(program)

    assert sorted(program.log_file.read_text().split()) == ["err", "out"]


async def test_a_child_sees_only_the_environment_it_was_given(python: Callable[[str], Program]) -> None:
    program = python("import os; print(os.environ.get('HOME'), os.environ['COLOUR'])")
    await run_to_end(replace(program, environment={"COLOUR": "green"}))

    assert program.log_file.read_text() == "None green\n"


async def test_a_failure_tells_the_end_of_the_log(python: Callable[[str], Program]) -> None:
    with pytest.raises(ChildFailedError, match=r"(?s)piece ended with exit code 3.*no such shelf"):
        await run_to_end(python("print('no such shelf'); raise SystemExit(3)"))


async def test_a_run_that_takes_too_long_is_ended(python: Callable[[str], Program]) -> None:
    with pytest.raises(ChildFailedError, match="did not end within"):
        await run_to_end(python(SLEEPER), limit=0.2)


async def test_waiting_ends_when_the_child_does(python: Callable[[str], Program]) -> None:
    port = free_port()
    with pytest.raises(ChildFailedError, match="before it answered"):
        await wait_until(lambda: port_answers(port), child=Child(python("pass")))


async def test_waiting_ends_the_child_at_its_limit(python: Callable[[str], Program]) -> None:
    port = free_port()
    child = Child(python(SLEEPER))
    with pytest.raises(ChildFailedError, match="did not answer within"):
        await wait_until(lambda: port_answers(port), child=child, limit=0.1)

    assert not child.running


@pytest.mark.parametrize(("path", "answers"), [("/here.txt", True), ("/readyz", False)])
async def test_only_a_good_status_counts_as_an_http_answer(tmp_path: Path, path: str, answers: bool) -> None:
    (tmp_path / "here.txt").touch()
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), f"--bind={LOOPBACK}", f"--directory={tmp_path}"]
    child = Child(Program("files", command, tmp_path / "log"))
    await wait_until(lambda: port_answers(port), child=child)

    assert await http_answers(port, path) is answers
    await child.stop()


async def test_no_server_is_no_http_answer() -> None:
    assert not await http_answers(free_port())


async def test_a_collection_in_a_copy_looks_at_nothing_that_was_imported_before(tmp_path: Path) -> None:
    code = "import gc; print(gc.get_freeze_count() > 1_000)"
    program = Program("piece", COMMANDS["warm"](code), tmp_path / "log")
    await run_to_end(program)

    assert program.log_file.read_text() == "True\n"


@pytest.mark.parametrize("name", PRELOAD)
def test_what_is_imported_before_a_start_exists_and_is_not_what_runs(name: str) -> None:
    assert find_spec(name) is not None
    assert not name.endswith("__main__"), "Python warns of a module that runs after it was imported"


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: only its kernel tells a child of its parent's death")
@pytest.mark.parametrize("kind", COMMANDS)
def test_a_child_dies_with_a_parent_that_is_killed(tmp_path: Path, kind: str) -> None:
    command = [sys.executable, "-c", PARENT, kind, str(tmp_path / "orphan.log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as parent:
        assert parent.stdout is not None
        orphan = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)

    orphan.wait(timeout=60)


def test_an_interrupt_while_modules_are_imported_does_not_keep_them_from_starting(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", INTERRUPTED, str(log)]
    done = subprocess.run(command, cwd=PROJECT, start_new_session=True, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr, log.read_text()) == (0, "", "up\n")


def test_a_script_without_its_guard_is_told_what_it_needs(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED.replace("os.killpg(0, signal.SIGINT)", ""))
    command = [sys.executable, str(script), str(tmp_path / "log")]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        command, env=environment, start_new_session=True, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert "did not start; if a script of yours starts it, the script needs" in done.stderr


async def test_a_supervised_program_that_dies_is_started_again(sleeper: Supervised) -> None:
    first = sleeper.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)

    await eventually(lambda: sleeper.pid not in (None, first))
    assert sleeper.restarts == 1


async def test_a_supervised_program_that_was_stopped_stays_stopped(sleeper: Supervised) -> None:
    await sleeper.stop()

    assert sleeper.pid is None
    assert sleeper.restarts == 0


async def test_the_pause_before_a_restart_grows(python: Callable[[str], Program]) -> None:
    supervised = Supervised(python("print('run', flush=True)"), first_pause=0.2, longest_pause=30)
    await supervised.start()
    await eventually(lambda: supervised.restarts == 2)
    began = asyncio.get_running_loop().time()
    await eventually(lambda: supervised.restarts == 3)

    assert asyncio.get_running_loop().time() - began >= 0.8
    await supervised.stop()
