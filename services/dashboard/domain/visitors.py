"""The person at a page: who it is, for which council, and what role it has. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class Role(IntEnum):
    """What a person may do on the pages; a greater role may do all that a smaller one may.

    The services check besides what the scopes of the person's token allow.
    """

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3

    @property
    def named(self) -> str:
        """The role in words, as pages show it and as identity providers name it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who has signed in. `council` is the ISIL of the person's council; None: staff of all councils.

    `token` is shown to the services that pages ask as this person. `form_key` is in every form of the person's pages: who does
    not know it cannot send one.
    """

    subject: str
    name: str
    council: str | None
    role: Role
    scopes: frozenset[str]
    token: str = field(repr=False)
    form_key: str = field(repr=False)

    def may(self, scope: str) -> bool:
        """Returns whether the services let this person do what needs `scope`, such as `orders:write`."""
        return scope in self.scopes

    @property
    def operates(self) -> bool:
        """Whether the person may settle things."""
        return self.role >= Role.OPERATOR

    @property
    def governs(self) -> bool:
        """Whether the person may change rules, and open or close the way to a supplier."""
        return self.role >= Role.ADMIN
