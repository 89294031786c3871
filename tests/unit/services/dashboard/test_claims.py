"""Which role and name the claims of a token give."""

import pytest

from services.dashboard.domain.claims import name_in, role_in
from services.dashboard.domain.visitors import Role


@pytest.mark.parametrize(
    ("claims", "path", "role"),
    [
        ({"roles": ["operator"]}, "roles", Role.OPERATOR),
        ({"roles": ["viewer", "admin", "offline_access"]}, "roles", Role.ADMIN),
        ({"realm_access": {"roles": ["viewer"]}}, "realm_access.roles", Role.VIEWER),
        ({"https://library.example/roles": "viewer operator"}, "https://library.example/roles", Role.OPERATOR),
        ({"roles": []}, "roles", None),
        ({"roles": ["Administrator", "superadmin"]}, "roles", None),
        ({"roles": {"admin": True}}, "roles", None),
        ({"roles": 7}, "roles", None),
        ({"realm_access": "admin"}, "realm_access.roles", None),
        ({}, "roles", None),
    ],
)
def test_the_highest_role_that_is_named_counts_and_nothing_else(claims: dict[str, object], path: str, role: Role | None) -> None:
    assert role_in(claims, path) is role


def test_a_name_is_a_text() -> None:
    assert name_in({"name": " Olu "}, "name") == "Olu"
    assert name_in({"name": ["Olu"]}, "name") == ""
