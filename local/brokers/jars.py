"""Downloads Apache Kafka's jars once, with Maven, and keeps them; reports why the machine cannot run them."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from local.machine.processes import Program, run_to_end

_PROJECT = Path(__file__).parents[2]
_POM = _PROJECT / "local" / "kafka" / "pom.xml"
_CACHE = _PROJECT / ".stockbridge"  # git ignores it
_OLDEST_JAVA = 17  # what brokers of Kafka 4 need


async def kafka_jars() -> Path:
    """Returns the folder with the jars that the POM names; downloads them if necessary. Raises ChildFailedError."""
    folder = _jars_folder()
    if folder.is_dir():
        return folder
    _CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE, prefix="fetching-") as name:
        fetched = Path(name) / "jars"
        await run_to_end(_fetching(fetched), limit=300)
        try:
            fetched.rename(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process was faster, with the same jars
                raise
    return folder


def apache_unavailable() -> str | None:
    """Returns why Apache Kafka cannot run on this machine; None if it can."""
    version = _java_version()
    if version is None:
        return f"Apache Kafka needs Java {_OLDEST_JAVA} or newer: install `java` on the PATH"
    if version < _OLDEST_JAVA:
        return f"Apache Kafka needs Java {_OLDEST_JAVA} or newer: `java` on the PATH is Java {version}"
    if shutil.which("mvn") is None and not _jars_folder().is_dir():
        return "Apache Kafka needs Maven to download its jars: install `mvn` on the PATH"
    return None


def _jars_folder() -> Path:
    # The folder depends on the POM, so that jars of two versions never mix.
    return _CACHE / f"kafka-jars-{hashlib.sha256(_POM.read_bytes()).hexdigest()[:12]}"


def _fetching(folder: Path) -> Program:
    command = [
        "mvn",
        "--quiet",
        "--batch-mode",
        f"--file={_POM}",
        "dependency:copy-dependencies",
        f"-DoutputDirectory={folder}",
        "-DincludeScope=runtime",
    ]
    return Program("maven", command, folder.parent / "maven.log")


def _java_version() -> int | None:
    java = shutil.which("java")
    if java is None:
        return None
    output = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', output)
    return int(found[1]) if found else None
