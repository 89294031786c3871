"""Tests of shared fixtures that would hide faults if they did not work."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.background import Background

PROJECT = Path(__file__).parents[3]

LOGGING = """
import logging, pytest, structlog
from shared.logs import configure_logs

def test_quiet():
    structlog.get_logger("shared.relay").warning("slow")

def test_error_by_structlog():
    structlog.get_logger("shared.relay").error("stopped")

def test_error_by_logging_once_configured():
    configure_logs("orders", "INFO")
    logging.getLogger("services.orders").error("stopped")

def test_error_of_a_library():
    logging.getLogger("aiokafka.conn").error("refused")

@pytest.mark.expects_errors
def test_expected():
    structlog.get_logger("shared.relay").error("stopped")
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """The outcomes that pytest reports for tests of which some log errors; ERROR means that the teardown failed."""
    file = tmp_path_factory.mktemp("inner") / "test_inner.py"
    file.write_text(LOGGING)
    options = ["-p", "tests.fixtures.errors", "-o", "markers=expects_errors: inner", "-rpE", "--tb=no"]
    command = [sys.executable, "-m", "pytest", f"--rootdir={file.parent}", *options, str(file)]
    output = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False).stdout
    return {(outcome, name) for outcome, name in re.findall(r"^(PASSED|ERROR) \S*::(\w+)", output, re.MULTILINE)}


@pytest.mark.parametrize("name", ["test_error_by_structlog", "test_error_by_logging_once_configured"])
def test_a_test_in_which_our_code_logged_an_error_fails(outcomes: set[tuple[str, str]], name: str) -> None:
    assert ("ERROR", name) in outcomes


@pytest.mark.parametrize("name", ["test_quiet", "test_error_of_a_library", "test_expected"])
def test_a_test_without_an_unexpected_error_of_ours_passes(outcomes: set[tuple[str, str]], name: str) -> None:
    assert ("PASSED", name) in outcomes
    assert ("ERROR", name) not in outcomes


async def test_background_work_can_be_awaited_for_while_a_loop_runs(background: Background) -> None:
    assert background.run(asyncio.sleep(0, "done")) == "done"
