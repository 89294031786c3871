"""The folders of runs: temporary ones are removed, given ones and those in use are kept."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from local.machine.errors import CannotStartError
from local.machine.folders import RunFolder, remove_abandoned, run_folder

PROJECT = Path(__file__).parents[4]

RUN = """
import sys
from local.machine.folders import run_folder
folder = run_folder(None)
(folder.path / "data").write_bytes(bytes(3_000_000))
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, for this test only."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


def filled(folder: RunFolder) -> RunFolder:
    (folder.path / "postgres" / "data").mkdir(parents=True)
    (folder.path / "postgres" / "data" / "table").write_bytes(bytes(2_000_000))
    (folder.path / "postgres" / "postgres.log").write_text("ready")
    return folder


def test_a_temporary_folder_is_named_and_removed_at_the_end(temporary: Path) -> None:  # case D7
    folder = filled(run_folder(None))

    assert folder.close(keep_logs=False) == f"The run's data (2 MB) was removed from {folder.path}; FOLDER=my-folder keeps it"
    assert list(temporary.iterdir()) == []


def test_the_logs_of_a_failed_run_are_kept_and_named_and_its_data_is_removed() -> None:
    folder = filled(run_folder(None))

    assert folder.close(keep_logs=True) == f"The run's data (2 MB) was removed, its logs are in {folder.path}"
    assert [path.name for path in folder.path.rglob("*") if path.is_file()] == ["postgres.log"]
    assert list(remove_abandoned()) == []
    assert folder.path.exists()


def test_files_that_are_left_stay_until_the_next_run() -> None:
    folder = filled(run_folder(None))
    (folder.path / "records").mkdir()
    (folder.path / "records" / "GB-SFK.mrc").write_text("")

    assert f".mrc files stay in {folder.path} until the next run" in folder.close(keep_logs=False, left=".mrc")
    assert sorted(path.name for path in folder.path.rglob("*") if path.is_file()) == ["GB-SFK.mrc", "in-use"]
    if sys.platform == "linux":
        assert list(remove_abandoned()) == [f"Removed {folder.path} (0 MB), which an earlier run had left"]
        assert not folder.path.exists()


def test_nothing_stays_where_there_is_nothing_to_leave() -> None:
    folder = filled(run_folder(None))

    folder.close(keep_logs=False, left=".mrc")
    assert not folder.path.exists()


def test_a_given_folder_is_made_named_and_kept(tmp_path: Path) -> None:
    folder = filled(run_folder(tmp_path / "mine"))

    assert folder.close(keep_logs=False) == f"Data and logs are kept in {tmp_path / 'mine'}"
    assert (tmp_path / "mine" / "postgres" / "data" / "table").exists()


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the programs of a killed run")
def test_the_folder_of_a_killed_run_is_removed_by_the_next_run_and_that_of_a_living_run_is_not() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as run:
        assert run.stdout is not None
        path = Path(run.stdout.readline().strip())
        assert list(remove_abandoned()) == []
        run.kill()

    assert list(remove_abandoned()) == [f"Removed {path} (3 MB), which an earlier run had left"]
    assert not path.exists()


def test_a_folder_without_a_lock_file_is_not_ours_to_remove(temporary: Path) -> None:
    (temporary / "stockbridge-run-mine").mkdir()
    (temporary / "stockbridge-run-file").write_text("")
    target = temporary / "target"
    target.mkdir()
    (target / "in-use").write_text("")
    (temporary / "stockbridge-run-link").symlink_to(target)

    assert list(remove_abandoned()) == []
    assert target.exists()


def test_a_folder_is_locked_while_its_run_lasts() -> None:
    folder = run_folder(None)

    with (folder.path / "in-use").open("rb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    folder.close(keep_logs=False)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CannotStartError, match=r"file cannot be used for data and logs: File exists"):
        run_folder(tmp_path / "file")
