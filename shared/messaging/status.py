"""How one running part of the messaging layer is doing. Does no I/O."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import structlog

from shared.clock import Clock

log = structlog.get_logger(__name__)


class PartState(StrEnum):
    """What a relay or a consumer is doing."""

    STARTING = "starting"
    RUNNING = "running"
    STANDBY = "standby"
    RETRYING = "retrying"
    BROKER_AWAY = "broker away"
    DATABASE_AWAY = "database away"
    FUSED = "fused"
    FAILED = "failed"
    STOPPED = "stopped"


class PartStatus:
    """State, last progress and lag of one part. Logs each change of state."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.state = PartState.STARTING
        self.detail = ""
        # What a person must settle although the part works; empty for nothing.
        self.trouble = ""
        self.lag: int | None = None
        self._clock = clock
        self.last_progress: datetime = clock.now()

    def enter(self, state: PartState, detail: str = "") -> None:
        """Sets the state and logs it if it changed."""
        if state is not self.state:
            log.info("messaging part", part=self.name, state=state.value, before=self.state.value, detail=detail)
        self.state, self.detail = state, detail

    def failed(self, error: BaseException) -> None:
        """Notes that an unexpected error ended the part."""
        self.enter(PartState.FAILED, repr(error))

    def progressed(self) -> None:
        """Notes that something was sent or applied, or that there was nothing to do."""
        self.last_progress = self._clock.now()
