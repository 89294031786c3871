"""Finds free TCP ports on the loopback address. Must not know who listens there."""

import random
import socket

from local.machine.errors import CannotStartError

LOOPBACK = "127.0.0.1"

# Below the kernel's range for outgoing connections: a client that keeps trying to reach a stopped server on a
# port of that range may connect to itself, and the server then cannot use its port again.
_RANGE = range(20_000, 32_000)
_handed_out: set[int] = set()


class NoFreePortError(CannotStartError):
    """Every port of the range is in use or was already returned."""


def free_port() -> int:
    """Returns a port on which nothing listens and which was not returned before in this process.

    Raises NoFreePortError if there is none.
    """
    for port in random.sample(_RANGE, len(_RANGE)):
        if port not in _handed_out and _can_listen(port):
            _handed_out.add(port)
            return port
    raise NoFreePortError(f"no free port from {_RANGE.start} to {_RANGE.stop - 1}")


def _can_listen(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
