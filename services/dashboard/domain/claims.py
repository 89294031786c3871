"""What the claims of a token say about a person. Pure.

A claim is named by its path: `roles`, or `realm_access.roles` for one inside another. A name that has points itself, such as
that of a URL, is found as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.dashboard.domain.visitors import Role

SCOPE = "dashboard:read"
"""What a token must hold for the pages and for what they show as JSON."""


def claim_at(claims: Mapping[str, object], path: str) -> object:
    """Returns the value of a claim; None where there is none."""
    if path in claims:
        return claims[path]
    found: object = claims
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def role_in(claims: Mapping[str, object], path: str) -> Role | None:
    """Returns the highest role that a claim names, as a list or as words of a text; None where it names none of ours."""
    value = claim_at(claims, path)
    named = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    return max((role for role in Role if role.named in named), default=None)


def name_in(claims: Mapping[str, object], path: str) -> str:
    """Returns the name of the person; "" where the claim has no text."""
    value = claim_at(claims, path)
    return value.strip()[:200] if isinstance(value, str) else ""
