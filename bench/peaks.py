"""The largest memory of processes while something runs: proportional set size, so that shared pages are counted once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

import psutil

_EVERY_SECONDS = 0.5
_MEBIBYTE = 1 << 20


@contextmanager
def peaks_of(pids: Mapping[str, int]) -> Iterator[dict[str, float]]:
    """Samples processes until the block ends, a server with its children. Yields the peaks so far in MiB, by name.

    This process is sampled without its children, which are the servers that it measures.
    """
    peaks = dict.fromkeys(pids, 0.0)
    ended = Event()

    def sample() -> None:
        for name, pid in pids.items():
            peaks[name] = max(peaks[name], _pss(pid))

    def keep_sampling() -> None:
        while not ended.wait(_EVERY_SECONDS):
            sample()

    # A thread, since the event loop is busy where memory is largest.
    thread = Thread(target=keep_sampling, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        ended.set()
        thread.join()
        sample()


def _pss(pid: int) -> float:
    process = psutil.Process(pid)
    children = [] if pid == os.getpid() else process.children(recursive=True)
    return sum(_size(each) for each in (process, *children)) / _MEBIBYTE


def _size(process: psutil.Process) -> int:
    try:
        size: int = process.memory_full_info().pss
    except psutil.NoSuchProcess:
        return 0
    return size
