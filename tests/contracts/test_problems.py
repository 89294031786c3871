"""The codes that the source raises and the registered problems are the same, and each has a page that says what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from importlib import import_module

import httpx
import pytest

from shared.http import common_problems
from shared.http.dead_letter_problems import PROBLEMS as DEAD_LETTERS
from shared.http.problem_kinds import ProblemKind
from shared.sourcing.problems import PROBLEMS as SOURCING
from tests.architecture.source import Module, modules
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of

EVERYWHERE = (*common_problems.COMMON, *DEAD_LETTERS, *SOURCING)
# Where a code is a variable: what it can be.
PASSED_ON: Mapping[str, tuple[str, ...]] = {
    "services/catalogue/api/duplication.py": ("invalid-period",),
    "services/catalogue/domain/fixes.py": ("no-such-field", "invalid-value", "empty-value", "nul-character"),
    "services/dashboard/pages/frame.py": (),
    "services/dashboard/usecases/messages.py": (),
    "services/delivery/api/rules.py": ("day-passed",),
    "services/delivery/usecases/routes.py": ("unknown-supplier", "route-not-offered"),
    "services/evidence/api/forms.py": (),
    "services/orders/domain/register.py": ("too-many-branches", "too-many-funds"),
    "services/suppliers/usecases/mapping.py": ("not-a-status", "not-an-isbn", "not-in-message", "unknown-here"),
    "shared/errors.py": (),
    "shared/http/calls.py": ("unreachable",),
    "shared/sourcing/api/contract_ends.py": ("unknown-supplier", "past-day", "same-supplier", "next-ends-too"),
    "shared/sourcing/api/keeping.py": ("unknown-supplier", "day-passed", "unknown-branch", "branch-closed"),
    "shared/sourcing/trial_store.py": (
        "unit-not-drawn",
        "trial-missing",
        "trial-of-live-rule",
        "overlapping-trials",
        "other-terms",
        "same-first-day",
    ),
}
# By Starlette, for a path or a body that is none.
BY_STARLETTE = {"not-found", "method-not-allowed", "bad-request"}
# Of facts in events: no request is refused with these.
IN_EVENTS_ONLY = {"order-not-projected", "council-unknown", "too-many-units"}


def kinds_of(service: str) -> tuple[ProblemKind, ...]:
    kinds: tuple[ProblemKind, ...] = import_module(f"services.{service}.problems").PROBLEMS
    return kinds


def codes_in(module: Module) -> Iterator[str | None]:
    """Yields the codes that a module raises; None for one that is a variable."""
    constants = {ast.unparse(node.targets[0]): node.value for node in ast.walk(module.tree) if isinstance(node, ast.Assign)}
    for node in module.nodes:
        if isinstance(node, ast.Name) and isinstance(known := getattr(common_problems, node.id, None), ProblemKind):
            yield known.code
        if isinstance(node, ast.ClassDef) and "DomainError" in [ast.unparse(base) for base in node.bases]:
            yield from (text_of(given) for inner in ast.walk(node) if (given := first_of(inner, "super().__init__")))
        if what := first_of(node, "no_such"):
            yield f"no-such-{text_of(what)}"
        if code := first_of(node, "DomainError"):
            yield text_of(constants.get(ast.unparse(code), code))


def first_of(node: ast.AST, function: str) -> ast.expr | None:
    """Returns the first argument of a call of a function; None for anything else."""
    is_call = isinstance(node, ast.Call) and ast.unparse(node.func) == function
    return node.args[0] if is_call and isinstance(node, ast.Call) and node.args else None


def text_of(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


@pytest.fixture(scope="module")
def raised() -> Mapping[str, set[str]]:
    """The codes that each folder raises: `shared`, and each service."""
    found: dict[str, set[str]] = {"shared": set(), **{service: set() for service in SERVICES}}
    variable = set()
    for module in modules("services", "shared"):
        top, *rest = module.path.split("/")
        folder = rest[0] if top == "services" else top
        if folder not in found or module.path.endswith("common_problems.py"):
            continue
        for code in codes_in(module):
            if code is None:
                variable.add(module.path)
                found[folder] |= set(PASSED_ON.get(module.path, ()))
            else:
                found[folder].add(code)
    assert variable == set(PASSED_ON), "say in PASSED_ON what each variable code can be"
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_that_a_service_raises_is_registered_and_no_other(service: str, raised: Mapping[str, set[str]]) -> None:
    own = {kind.code for kind in kinds_of(service)}
    missing = raised[service] - own - {kind.code for kind in EVERYWHERE} - IN_EVENTS_ONLY
    assert not missing, f"add these to services/{service}/problems.py: {sorted(missing)}"
    unused = own - raised[service] - raised["shared"]
    assert not unused, f"no code raises these of services/{service}/problems.py: {sorted(unused)}"


def test_every_code_that_all_services_share_is_registered_and_no_other(raised: Mapping[str, set[str]]) -> None:
    everywhere = {kind.code for kind in EVERYWHERE}
    of_services = {kind.code for service in SERVICES for kind in kinds_of(service)}
    assert not raised["shared"] - everywhere - of_services
    assert not everywhere - BY_STARLETTE - set().union(*raised.values())


def test_a_code_has_one_status_and_plain_words_everywhere() -> None:
    kinds = [*EVERYWHERE, *(kind for service in SERVICES for kind in kinds_of(service))]
    statuses: dict[str, set[int]] = {}
    for kind in kinds:
        statuses.setdefault(kind.code, set()).add(kind.status)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)
        assert kind.title.endswith(".")
        assert len(kind.title) <= 70, kind.title
        assert all(text.endswith(".") for text in (kind.meaning, kind.cure)), kind.code
        assert len({kind.title, kind.meaning, kind.cure}) == 3, kind.code
    assert not {code for code, found in statuses.items() if len(found) > 1}


@pytest.mark.parametrize("service", SERVICES)
async def test_every_problem_has_a_page_and_a_json_form(service: str, tokens: Tokens) -> None:
    app = app_of(service, tokens)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        listed = (await client.get("/problems", headers={"Accept": "application/json"})).json()["items"]
        page = (await client.get("/problems")).text
        for shown in listed:
            assert f'href="{shown["type"]}"' in page
            answer = await client.get(shown["type"])
            assert answer.headers["content-type"].startswith("text/html")
            assert "'unsafe" not in answer.headers["content-security-policy"]
            assert "<script" not in answer.text
            assert (await client.get(shown["type"], headers={"Accept": "application/json"})).json() == shown
        unknown = await client.get("/problems/none-such")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    assert {kind.code for kind in kinds_of(service)} <= {shown["code"] for shown in listed}
