"""A supplier that is not reached, as the pages show it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

STOPPED = "a person stopped all calls"
_UNKNOWN = "for a reason that has no words here"
# What the reason of an exchange has in it, and what that means to staff. The first that fits counts: a refused certificate is a
# connection that failed, too. The words have nothing of one attempt in them, so that attempts of one cause are one cause.
_REASONS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"another key than those|host key|HostKeyNotVerifiable", "its server shows a key that is not known to be its own"),
        (r"certificate|SSLError|\bTLS", "its certificate was not accepted"),
        (r"name \S+ is not known|service not known|name resolution|getaddrinfo|nodename|no address", "its name was not found"),
        (r"answered 40[13]\b|permission denied|authentication|credentials", "it refused our sign-in"),
        (r"connection refused|connect call failed|all connection attempts failed|errno 111", "it refused the connection"),
        (r"no route|network is unreachable|host is unreachable|errno 11[03]", "there is no way to it through the network"),
        (r"within [\d.]+ s|timeout|timed out", "it did not answer in time"),
        (
            r"reset by|disconnected|connection (lost|closed)|broken pipe|ProtocolError|(Read|Write)Error",
            "it broke off the connection",
        ),
        (r"answered 429\b", "it says that we ask too often"),
        (r"answered 5\d\d\b", "it answered that it has a fault of its own"),
        (r"no space left|disk|quota", "its disk is full"),
    )
)
_CLASS = re.compile(r"^\w*(Error|Timeout|Exception|Failure)\b:? *")


@dataclass(frozen=True, slots=True)
class Unreached:
    """A supplier that does not answer, or that a person stopped all calls to (`opened_by`)."""

    supplier_id: str
    since: datetime
    reason: str
    waiting: int
    next_try_at: datetime | None
    opened_by: str


def unreached_in_words(reason: str) -> str:
    """Returns why a supplier is not reached, from what its exchange noted: the same words for every attempt of one cause."""
    for pattern, words in _REASONS:
        if pattern.search(reason):
            return words
    return _CLASS.sub("", " ".join(reason.split())) or _UNKNOWN
