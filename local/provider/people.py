"""The people who can sign in on one machine. Invented; without passwords, because only this machine reaches the provider."""

from __future__ import annotations

from dataclasses import dataclass

_COUNCIL = "GB-SFK"
_AREAS = ("catalogue", "dashboard", "delivery", "evidence", "exchange", "lms", "orders")
_READING = tuple(f"{area}:read" for area in _AREAS)
_WRITING = tuple(f"{area}:write" for area in _AREAS)


@dataclass(frozen=True, slots=True)
class Person:
    """A person with one role of the pages, who acts for one council, or for all if `council` is None."""

    subject: str
    name: str
    role: str
    council: str | None = _COUNCIL

    @property
    def label(self) -> str:
        """What the person's button says."""
        return f"{self.name} ({self.role}{', all councils' if self.council is None else ''})"

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the services let the person do."""
        return _READING if self.role == "viewer" else (*_READING, *_WRITING)

    @property
    def claims(self) -> dict[str, object]:
        """What both tokens say about the person, beside for whom the person acts."""
        return {"name": self.name, "roles": [self.role]}


PEOPLE = {
    person.subject: person
    for person in (
        Person("vera", "Vera", "viewer"),
        Person("olu", "Olu", "operator"),
        Person("ada", "Ada", "admin"),
        Person("ann", "Ann", "operator"),
        Person("bob", "Bob", "operator"),
        Person("operations", "Operations", "admin", council=None),
    )
}
"""By subject. Ann and Bob are for changes that two people must agree on."""


def people_by_council() -> dict[str, list[Person]]:
    """Returns all people, in order, by what their part of the page is called."""
    groups: dict[str, list[Person]] = {}
    for person in PEOPLE.values():
        groups.setdefault(person.council or "All councils", []).append(person)
    return groups
