"""What a problem code means: one record per code, in tuples that each service registers. Must not know any framework.

`shared.http.common_problems` has those of every service, `services/<x>/problems.py` a service's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One code with which requests are refused: part of the API, never renamed.

    `title` is a short sentence, the same in each answer; `meaning` says when it is answered, `cure` what the caller does
    about it; `example` is a `detail` as it is answered.
    """

    code: str
    status: int
    title: str
    meaning: str
    cure: str
    example: str

    @property
    def path(self) -> str:
        """The path of its page, which is also the `type` of its problem documents (RFC 9457)."""
        return f"/problems/{self.code}"


class ProblemRegistry:
    """The kinds that one service answers with, by code."""

    def __init__(self, *groups: Iterable[ProblemKind]) -> None:
        """Raises ValueError where two kinds have the same code."""
        self._kinds: dict[str, ProblemKind] = {}
        for kind in (kind for group in groups for kind in group):
            if self._kinds.setdefault(kind.code, kind) is not kind:
                raise ValueError(f"two kinds of problem have the code {kind.code}")

    def __iter__(self) -> Iterator[ProblemKind]:
        return iter(sorted(self._kinds.values(), key=lambda kind: kind.code))

    def get(self, code: str) -> ProblemKind | None:
        """Returns the kind with a code; None for a code that is not registered."""
        return self._kinds.get(code)

    def by_status(self, codes: Iterable[str]) -> Mapping[int, list[ProblemKind]]:
        """Returns the kinds of these codes by status, both in order. Raises ValueError for a code that is not registered."""
        found: dict[int, list[ProblemKind]] = {}
        for code in sorted(set(codes)):
            kind = self._kinds.get(code)
            if kind is None:
                raise ValueError(f"no registered problem has the code {code!r}; add it to the service's problems.py")
            found.setdefault(kind.status, []).append(kind)
        return dict(sorted(found.items()))
