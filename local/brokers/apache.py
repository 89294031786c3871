"""Apache Kafka in KRaft mode without Docker: one broker, or a cluster of three that survives the loss of one.

Owns the brokers' settings, folders and processes. Must not know where the jars come from (`local.brokers.jars`).
"""

import asyncio
import base64
import secrets
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from local.brokers.broker import brokers_known
from local.brokers.jars import kafka_jars
from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import Child, Program, run_to_end, wait_until

_LOGGING = Path(__file__).parents[1] / "kafka" / "log4j2.yaml"
_SMALL_JVM = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-Dlog4j2.configurationFile={_LOGGING}")
# For a few records of one machine. The default cleaning buffer is half of the heap, and an idle controller writes twice a second.
_SMALL = {
    "log.cleaner.dedupe.buffer.size": 2_097_152,
    "metadata.max.idle.interval.ms": 0,
    "num.network.threads": 1,
    "num.io.threads": 2,
}
_STOP_SECONDS = 20.0
# Short, because the last brokers of a cluster wait in vain for a majority that has already stopped.
_CLUSTER_STOP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class _Cluster:
    """The settings that all brokers of a cluster share. `controllers` are ports, in the order of the node ids."""

    id: str
    controllers: list[int]

    @property
    def size(self) -> int:
        return len(self.controllers)


@dataclass(slots=True)
class ApacheNode:
    """One broker of a cluster, which is also a controller. It keeps its port and its data when it restarts."""

    number: int
    folder: Path
    cluster: _Cluster
    port: int = field(default_factory=free_port)
    _child: Child | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` of this broker."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id; None if the broker does not run."""
        return self._child.pid if self._child is not None and self._child.running else None

    async def start(self, *, known: int = 1) -> None:
        """Starts the broker; returns when it answers and knows at least `known` live brokers, itself included."""
        jars = await kafka_jars()
        await self._format_once(jars)
        archiving = _archive_option(jars) or (f"-XX:ArchiveClassesAtExit={self._new_archive(jars)}",)
        command = ["java", *_SMALL_JVM, *archiving, "-cp", f"{jars}/*", "kafka.Kafka", str(self._settings_file)]
        child = self._child = Child(self._program(f"kafka {self.number}", command))

        async def answers() -> bool:
            return await brokers_known(self.port) >= known

        await wait_until(answers, child=child)

    async def stop(self, *, limit: float = _STOP_SECONDS) -> None:
        """Hands over leadership and ends within `limit` seconds; what was acknowledged is kept."""
        if self._child is not None:
            await self._child.stop(limit=limit)
            await self._keep_archive(killed=self._child.exit_code == -signal.SIGKILL)

    async def kill(self) -> None:
        """Ends the broker with SIGKILL; what was acknowledged is kept."""
        if self._child is not None:
            await self._child.kill()

    def _new_archive(self, jars: Path) -> Path:
        return jars.with_name(f"{jars.name}-{self.port}.jsa")

    async def _keep_archive(self, *, killed: bool) -> None:
        """Put the archive that the broker wrote at its end where the next start finds it, unless it is half an archive."""
        jars = await kafka_jars()
        new = self._new_archive(jars)
        if killed:
            new.unlink(missing_ok=True)
        elif new.exists():
            new.replace(_archive(jars))

    @property
    def _settings_file(self) -> Path:
        return self.folder / "server.properties"

    async def _format_once(self, jars: Path) -> None:
        if (self.folder / "data" / "meta.properties").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._settings_file.write_text("".join(f"{name}={value}\n" for name, value in self._settings().items()))
        storage_tool = ["java", *_SMALL_JVM, *_archive_option(jars), "-cp", f"{jars}/*", "kafka.tools.StorageTool"]
        formatting = [*storage_tool, "format", "-t", self.cluster.id, "-c", str(self._settings_file)]
        await run_to_end(self._program(f"format of kafka {self.number}", formatting))

    def _program(self, name: str, command: list[str]) -> Program:
        return Program(name, command, self.folder / "kafka.log")

    def _settings(self) -> dict[str, object]:
        cluster = self.cluster
        voters = ",".join(f"{n}@{LOOPBACK}:{port}" for n, port in enumerate(cluster.controllers, start=1))
        controller = f"{LOOPBACK}:{cluster.controllers[self.number - 1]}"
        return {
            "process.roles": "broker,controller",
            "node.id": self.number,
            "controller.quorum.voters": voters,
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self.folder.resolve() / "data",
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": 0,
            # How long a killed broker still counts as alive; with the default of 9 s every outage would last that long.
            "broker.session.timeout.ms": 2000,
            "broker.heartbeat.interval.ms": 300,
            **_SMALL,
            **_replication(cluster.size),
        }


class ApacheKafka:
    """A cluster of one or three brokers, each with its own folder. What was acknowledged survives a kill."""

    idempotent = True
    keeps_data = True

    def __init__(self, folder: Path, *, brokers: Literal[1, 3] = 1) -> None:
        """Keeps everything in `folder`, which must not belong to another cluster."""
        cluster = _Cluster(new_cluster_id(), [free_port() for _ in range(brokers)])
        self.nodes = [ApacheNode(n, folder / f"node-{n}", cluster) for n in range(1, brokers + 1)]

    @property
    def bootstrap(self) -> str:
        """All brokers as `host:port`, separated by commas."""
        return ",".join(node.bootstrap for node in self.nodes)

    async def start(self) -> None:
        """Downloads the jars if necessary, starts every broker, and returns when each answers and knows all others."""
        await kafka_jars()
        await asyncio.gather(*(node.start(known=len(self.nodes)) for node in self.nodes))

    async def stop(self) -> None:
        """Stops every broker; what was acknowledged is kept."""
        limit = _STOP_SECONDS if len(self.nodes) == 1 else _CLUSTER_STOP_SECONDS
        await asyncio.gather(*(node.stop(limit=limit) for node in self.nodes))

    async def kill(self) -> None:
        """Ends every broker with SIGKILL."""
        await asyncio.gather(*(node.kill() for node in self.nodes))

    async def restart(self) -> None:
        """Kills every broker, then starts them on the same addresses with the same data."""
        await self.kill()
        await self.start()


def _archive(jars: Path) -> Path:
    return jars.with_suffix(".jsa")


def _archive_option(jars: Path) -> Sequence[str]:
    """Returns the JVM's option to load classes from an archive, which halves the start time; empty if there is no archive.

    The JVM ignores an archive of another Java or of other jars.
    """
    archive = _archive(jars)
    return (f"-XX:SharedArchiveFile={archive}",) if archive.exists() else ()


def _replication(brokers: int) -> dict[str, object]:
    """Returns the replication settings: three copies of which two must be written, or one copy with a single broker."""
    copies = min(3, brokers)
    written = 2 if brokers >= 3 else 1
    return {
        "default.replication.factor": copies,
        "min.insync.replicas": written,
        "offsets.topic.replication.factor": copies,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": written,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": written,
    }


def new_cluster_id() -> str:
    """Returns 16 random bytes in URL-safe base64. The first letter is never a hyphen, which would look like an option."""
    first = bytes([secrets.randbelow(128)])
    return base64.urlsafe_b64encode(first + secrets.token_bytes(15)).rstrip(b"=").decode()
