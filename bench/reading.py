"""Measures how fast files of records are read, compared with the bare libraries that cut them, and the memory for a stream.

    python -m bench.reading            # memory and speed, four minutes
    python -m bench.reading --speed    # only speed

Speed: the best of several rounds over invented records (`local.simulators.feeds`), in microseconds of processor time a record.
The readers take turns in one process. Bare is the end of every element of ONIX from lxml's `iterparse`, and every record of
pymarc's `MARCReader`: neither says anything about a book. Programs that compete for the processor's caches make ours slower than
bare, since more code is in use; close them first.
Memory: the largest resident memory of a process of its own that reads 10,000 or 100,000 different records.
"""

import io
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pymarc
from lxml import etree

from bench.choosing import measure
from local.simulators.feeds.books import books
from local.simulators.feeds.marc import marc_chunks
from local.simulators.feeds.onix import onix_chunks
from shared.formats import marc, onix

_RECORDS = 2_000
_ROUNDS = 7
_STREAMS = (10_000, 100_000)
_CHUNK = 1 << 16
_MICROSECONDS = 1_000_000


def _onix(records: int) -> Iterator[bytes]:
    return onix_chunks(books(1, records), sender="Feeds and Daughters")


def _marc(records: int) -> Iterator[bytes]:
    return marc_chunks(books(1, records))


_FORMATS: dict[str, tuple[Callable[[int], Iterator[bytes]], Callable[[Iterable[bytes]], Iterator[object]]]] = {
    "ONIX": (_onix, onix.read_records),
    "MARC": (_marc, marc.read_records),
}
"""Name -> a file of as many records, and its reader."""


def iterate_bare(raw: bytes) -> int:
    """Returns how many elements lxml ends in a file of ONIX; each product is dropped when it ends."""
    count = 0
    for _, element in etree.iterparse(io.BytesIO(raw), events=("end",)):
        count += 1
        if element.tag.endswith("Product"):
            element.clear()
    return count


def cost(readers: Sequence[Callable[[], object]]) -> list[float]:
    """Returns microseconds a record of each reader, in the best of its rounds."""
    best = [float("inf")] * len(readers)
    for _ in range(_ROUNDS):
        for index, read_all in enumerate(readers):
            begin = time.process_time()
            read_all()
            best[index] = min(best[index], time.process_time() - begin)
    return [seconds / _RECORDS * _MICROSECONDS for seconds in best]


def compare_speed() -> None:
    """Prints for each format what a record costs in the bare library and in ours, and our share of its speed."""
    files = {name: b"".join(make(_RECORDS)) for name, (make, _) in _FORMATS.items()}
    chunks = {name: [raw[at : at + _CHUNK] for at in range(0, len(raw), _CHUNK)] for name, raw in files.items()}
    bare_onix, our_onix, bare_marc, our_marc = cost(
        [
            lambda: iterate_bare(files["ONIX"]),
            lambda: sum(1 for _ in onix.read_records(chunks["ONIX"])),
            lambda: sum(1 for _ in pymarc.MARCReader(io.BytesIO(files["MARC"]))),
            lambda: sum(1 for _ in marc.read_records(chunks["MARC"])),
        ]
    )
    print(f"{_RECORDS:,} records, best of {_ROUNDS}")
    for name, bare, ours in (("ONIX", bare_onix, our_onix), ("MARC", bare_marc, our_marc)):
        print(f"{name}  bare {bare:6.1f} us  ours {ours:6.1f} us  {bare / ours:4.0%} of the bare speed")


def peak(name: str, records: int) -> float:
    """Reads a stream of as many records; returns the largest resident memory of this process in MiB."""
    make, read = _FORMATS[name]
    for _ in read(make(records)):
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_memory() -> None:
    """Prints for each format the peak for a short and a long stream, and by how much the long one needs more."""
    for name in _FORMATS:
        peaks = []
        for records in _STREAMS:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                peaks.append(pool.submit(peak, name, records).result())
        sizes = ", ".join(f"{records:,} records {size:.1f} MiB" for records, size in zip(_STREAMS, peaks, strict=True))
        print(f"{name}  {sizes} ({peaks[-1] / peaks[0] - 1:+.1%})")


if __name__ == "__main__":
    measure(__doc__, memory=measure_memory, speed=compare_speed)
