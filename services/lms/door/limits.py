"""How much one process does for those who log in, and how those are slowed down who do not get in. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0
_FORGOTTEN_AFTER = 600.0
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class DoorLimits:
    """What one process takes. `memory`: bytes of all files together that are being put in or fetched.

    `strangers` are connections to which nobody has logged in yet. `finish_seconds`: how long those inside may end what they have
    open when the process ends.
    """

    largest_file: int = 16 * 1024 * 1024
    memory: int = 128 * 1024 * 1024
    connections: int = 200
    connections_of_mailbox: int = 32
    idle_seconds: float = 600.0
    login_seconds: float = 30.0
    finish_seconds: float = 6.0
    strangers: int = 100
    strangers_of_address: int = 60
    tries: int = 10


class Room:
    """Memory that files share: those of a mailbox, within the memory for those of all."""

    def __init__(self, size: int, within: Room | None = None) -> None:
        self._left = size
        self._within = within

    def take(self, size: int) -> bool:
        """Takes so many bytes; returns False, and takes none, where there are not so many."""
        if size > self._left or (self._within is not None and not self._within.take(size)):
            return False
        self._left -= size
        return True

    def give(self, size: int) -> None:
        """Gives bytes back."""
        self._left += size
        if self._within is not None:
            self._within.give(size)


class Slowing:
    """Failed logins by address. Each doubles the pause before the next answer; whoever gets in waits for nothing."""

    def __init__(self) -> None:
        self._failures: dict[str, tuple[int, float]] = {}

    def failed(self, address: str, now: float) -> float:
        """Counts a failed login; returns for how many seconds its answer is held back."""
        before, at = self._failures.get(address, (0, now))
        count = 1 if now - at > _FORGOTTEN_AFTER else before + 1
        if len(self._failures) >= _MOST_REMEMBERED:
            self._failures.clear()
        self._failures[address] = (count, now)
        return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(count - 1, 8)))

    def succeeded(self, address: str) -> None:
        """Forgets an address."""
        self._failures.pop(address, None)
