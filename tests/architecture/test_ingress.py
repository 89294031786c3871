"""The example's ingress lets in what the services serve to people and machines outside, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

import services.suppliers.api.pushes
from local.stack.programs import SERVICES
from services.suppliers.national import NationalAdapter
from tests.architecture import deployment
from tests.architecture.source import ROOT
from tests.fixtures.tokens import Tokens
from tests.services.apps import app_of

EXAMPLE = ROOT / "deploy" / "k8s" / "overlays" / "production-example"
# Probes and the monitoring ask the pods themselves.
INSIDE = frozenset({"/livez", "/readyz", "/metrics"})


@pytest.mark.parametrize("service", SERVICES)
def test_whatever_a_service_serves_is_reached_from_outside(service: str, tokens: Tokens) -> None:
    unreached = {path for path in _routes(service, tokens) if not any(_leads(rule, path) for rule in _rules(service))}
    assert unreached == INSIDE


@pytest.mark.parametrize("service", SERVICES)
def test_every_path_of_the_ingress_leads_to_a_route(service: str, tokens: Tokens) -> None:
    paths = _routes(service, tokens)
    assert not [rule for rule in _rules(service) if not any(_leads(rule, path) for path in paths)]


def test_of_an_exchange_only_the_addresses_for_pushes_are_reached_from_outside(tokens: Tokens) -> None:
    pushed = {path.format(supplier_id="consortium") for path in _pushed(tokens)}
    assert pushed == {path for kind, path in _rules("supplier-consortium") if kind == "Exact"}
    assert len(pushed) == len(_rules("supplier-consortium"))


def test_a_supplier_that_pushes_nothing_has_no_address_outside() -> None:
    assert not NationalAdapter.push_secrets
    assert not _rules("supplier-national")


def test_every_host_of_the_ingress_has_a_certificate() -> None:
    for ingress in deployment.of_kind("Ingress", EXAMPLE):
        certified = [host for entry in ingress["spec"]["tls"] for host in entry["hosts"]]
        assert certified == [rule["host"] for rule in ingress["spec"]["rules"]]


def _rules(service: str) -> list[tuple[str, str]]:
    """Returns type and path of each rule that leads to a service."""
    rules = [rule for ingress in deployment.of_kind("Ingress", EXAMPLE) for rule in ingress["spec"]["rules"]]
    paths = [path for rule in rules for path in rule["http"]["paths"]]
    return [(path["pathType"], path["path"]) for path in paths if path["backend"]["service"]["name"] == service]


def _leads(rule: tuple[str, str], path: str) -> bool:
    """Whether an ingress rule matches: `Prefix` by whole parts of the path, as Kubernetes defines it."""
    kind, wanted = rule
    return path == wanted or (kind == "Prefix" and path.startswith(f"{wanted.rstrip('/')}/"))


def _routes(service: str, tokens: Tokens) -> set[str]:
    """Returns an address of each route, with something in place of its parameters."""
    return {re.sub(r"\{\w+\}", "x", route.path) for route in app_of(service, tokens).routes if isinstance(route, Route)}


def _pushed(tokens: Tokens) -> Iterator[str]:
    for route in app_of("suppliers", tokens).routes:
        if isinstance(route, APIRoute) and route.endpoint.__module__ == services.suppliers.api.pushes.__name__:
            yield from [route.path] if "POST" in (route.methods or ()) else []
