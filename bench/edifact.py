"""Measures the speed of the EDIFACT reader, compared with pydifact, and the memory for a stream.

    python -m bench.edifact            # speed and memory
    python -m bench.edifact --speed    # only speed

Speed: the best of several rounds over one invented order response, in segments per second of processor time, so that other
load on the machine has little effect. The readers take turns in one process.
Memory: peak of Python's allocations for streams of 1, 10 and 100 MB, and the largest resident memory of the process.
"""

import resource
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from pydifact.parser import Parser

from bench.choosing import measure
from shared.formats.edifact import OutboundInterchange, OutboundMessage, Segment, read, read_segments, write

_LINES = 2_000
_ROUNDS = 7
_SIZES = (1, 10, 100)
_MEGABYTE = 1_000_000


def response(lines: int) -> bytes:
    """Returns an order response with `lines` lines of ten segments: four are always equal, one has a released character."""
    segments = [Segment.of("BGM", "231", "R1", "4"), Segment.of("DTM", ("137", "20260105", "102"))]
    for line in range(1, lines + 1):
        segments += [
            Segment.of("LIN", str(line), "24", (f"978{line:010d}", "EN")),
            Segment.of("PIA", "5", (f"{line * 7:010d}", "IB")),
            Segment.of("IMD", "L", "050", ("", "", "", f"Where is volume {line}? A history")),
            Segment.of("IMD", "L", "009", ("", "", "", f"Author, Number {line}")),
            Segment.of("QTY", ("21", "2")),
            Segment.of("QTY", ("83", "2")),
            Segment.of("DTM", ("44", "20260120", "102")),
            Segment.of("FTX", "LIN", "", ("NP", "8B", "28")),
            Segment.of("PRI", ("AAE", f"{line % 40}.99", "CA", "SRP")),
            Segment.of("RFF", ("LI", f"SB-{line:08d}-K")),
        ]
    segments += [Segment.of("UNS", "S"), Segment.of("CNT", ("2", str(lines)))]
    message = OutboundMessage("ORDRSP", segments, association="EAN005")
    return write(OutboundInterchange("5000000000005", "5000000000012", "1", datetime(2026, 1, 5, 9, 30, tzinfo=UTC), [message]))


def per_second(readers: Sequence[Callable[[], int]]) -> list[float]:
    """Returns segments per second of each reader, in the best of its rounds; a reader returns how many it read."""
    best = [0.0] * len(readers)
    for _ in range(_ROUNDS):
        for index, read_all in enumerate(readers):
            begin = time.process_time()
            count = read_all()
            best[index] = max(best[index], count / (time.process_time() - begin))
    return best


def compare_speed() -> None:
    """Prints segments per second of both readers, and how many times faster ours is."""
    raw = response(_LINES)
    text = raw.decode("latin-1")
    warnings.simplefilter("ignore")
    theirs, ours, whole = per_second(
        [
            lambda: sum(1 for _ in Parser().parse(text)),
            lambda: sum(1 for _ in read_segments([raw])),
            lambda: sum(len(message.segments) + 2 for each in read(raw).interchanges for message in each.messages),
        ]
    )
    print(f"{len(raw):,} bytes, {_LINES * 10:,} segments, best of {_ROUNDS}")
    print(f"pydifact Parser.parse   {theirs:>12,.0f} segments/s")
    print(f"read_segments           {ours:>12,.0f} segments/s   {ours / theirs:.1f} times")
    print(f"read (with all checks)  {whole:>12,.0f} segments/s   {whole / theirs:.1f} times")


def stream(megabytes: int) -> Iterator[bytes]:
    """Yields one interchange of at least `megabytes` MB, generated while it is read."""
    raw = response(100)
    head, rest = raw[: raw.index(b"LIN")], raw[raw.index(b"LIN") :]
    body, tail = rest[: rest.index(b"UNS")], rest[rest.index(b"UNS") :]
    yield head
    for _ in range(megabytes * _MEGABYTE // len(body) + 1):
        yield body
    yield tail


def measure_memory() -> None:
    """Prints peak memory while streams of growing size are read segment by segment."""
    for megabytes in _SIZES:
        tracemalloc.start()
        count = sum(1 for _ in read_segments(stream(megabytes)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{megabytes:>4} MB  {count:>10,} segments  peak {peak / _MEGABYTE:6.2f} MB allocated, {resident:6.1f} MiB resident"
        )


if __name__ == "__main__":
    measure(__doc__, memory=measure_memory, speed=compare_speed)
