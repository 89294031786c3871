"""Finds free TCP ports on the loopback address. Must not know who listens there."""

import fcntl
import os
import random
import socket
from functools import cache
from itertools import chain

from local.machine.errors import CannotStartError

LOOPBACK = "127.0.0.1"

# Below the kernel's range for outgoing connections: a client that keeps trying to reach a stopped server on a
# port of that range may connect to itself, and the server then cannot use its port again.
_RANGE = range(20_000, 32_000)
_handed_out: set[int] = set()


class NoFreePortError(CannotStartError):
    """Every port of the range is in use or was already returned."""


def free_port() -> int:
    """Returns a port on which nothing listens and which no process of this checkout returned that still runs.

    Raises NoFreePortError if there is none.
    """
    first = random.randrange(len(_RANGE))
    for port in chain(_RANGE[first:], _RANGE[:first]):
        if port not in _handed_out and _is_ours(port) and _can_listen(port):
            _handed_out.add(port)
            return port
    raise NoFreePortError(f"no free port from {_RANGE.start} to {_RANGE.stop - 1}")


def _is_ours(port: int) -> bool:
    """Returns whether this process has the port for itself, from now on until it ends.

    On a busy machine seconds pass until a server listens, and another process would find its port free as well.
    """
    locks = _locks()
    try:
        fcntl.lockf(locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@cache
def _locks() -> int:
    """Returns the file whose bytes are locked: byte 20,000 for port 20,000. The system unlocks those of a process that ends.

    It is this module's own, which is never written: all processes of a checkout have the same one, and nothing is left behind.
    """
    return os.open(__file__, os.O_RDWR | os.O_CLOEXEC)


def _can_listen(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
