"""How one running part of the messaging layer is doing, and pauses that grow. Does no I/O."""

from __future__ import annotations

import random
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
    """State, last progress and lag of one part; a change of state is one log line."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.state = PartState.STARTING
        self.detail = ""
        self.lag: int | None = None
        self._clock = clock
        self.last_progress: datetime = clock.now()

    def enter(self, state: PartState, detail: str = "") -> None:
        """Note the state; only a change is logged."""
        if state is not self.state:
            log.info("messaging part", part=self.name, state=state.value, before=self.state.value, detail=detail)
        self.state, self.detail = state, detail

    def progressed(self) -> None:
        """Note that something was sent or applied, or that there was nothing to do."""
        self.last_progress = self._clock.now()


class Backoff:
    """Pauses that double up to a cap, with full jitter above half, so that many processes do not come back at once."""

    def __init__(self, first: float, cap: float) -> None:
        self._first = first
        self._cap = cap
        self._step = 0

    def reset(self) -> None:
        """Begin with the shortest pause again."""
        self._step = 0

    def next(self) -> float:
        """The next pause in seconds."""
        pause = backoff(self._step, first=self._first, cap=self._cap)
        self._step += 1
        return pause


def backoff(step: int, *, first: float, cap: float) -> float:
    """The pause in seconds after `step` failures before this one."""
    full = min(cap, first * 2.0 ** min(step, 32))
    return full * random.uniform(0.5, 1.0)
