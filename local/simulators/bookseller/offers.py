"""Decides what follows from an answer to an offer of the bookseller, a substitute or a price, in an ORDCHG. Pure.

Copies that it refused with its offer, or that wait for the answer, are sent where the offer is accepted. Where it is declined and
the line is kept, a book for which a substitute was offered is back ordered and sent in the end; a price is given up.
"""

from __future__ import annotations

from collections.abc import Mapping

from local.simulators.bookseller.paper import Words
from local.simulators.bookseller.plan import Fate, PlannedLine
from local.simulators.bookseller.wire import WireLine

_FREE = frozenset({Fate.REFUSED, Fate.WAITING})


def answers_an_offer(line: WireLine) -> bool:
    """Returns whether a line of an ORDCHG answers an offer: 4 keeps it as it was ordered; 3 with a book or price accepts."""
    return line.action == "4" or (line.action == "3" and not line.cancels and bool(line.substitute or line.price))


def decide(line: WireLine, fates: Mapping[int, Fate]) -> tuple[list[Words], PlannedLine | None]:
    """Returns the answer about a line, and what is sent of it; None where nothing more is. `fates` are by copy number."""
    if not fates:
        return [Words(line, "10", "900", (None, None, None, None))], None
    free = [copy for copy in line.copies if fates.get(copy.number) in _FREE]
    fixed = [copy for copy in line.copies if copy not in free]
    kept = line.action == "4"
    words = [Words(line, "4", "800", (None, None, None, None), copies=fixed)] if fixed and kept else []
    words += [Words(line, "5", "100", (None, len(fixed), None, None), copies=fixed)] if fixed and not kept else []
    if not free:
        return words, None
    if kept and any(fates[copy.number] is Fate.REFUSED for copy in free):
        words.append(Words(line, "24", "400", (None, None, len(free), None), availability="OB", copies=free))
        released = tuple((copy, Fate.RELEASED) for copy in free)
        return words, PlannedLine(line, "24", "400", "OB", released, line.isbn)
    words.append(Words(line, "5", "100", (None, len(free), None, None), availability="IB", copies=free))
    shipped = tuple((copy, Fate.SHIPPED) for copy in free)
    return words, PlannedLine(line, "5", "100", "IB", shipped, line.substitute or line.isbn)
