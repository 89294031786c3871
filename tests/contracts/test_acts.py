"""Everything that people can change through an API is named in the audit trail's words."""

from collections.abc import Iterator

from fastapi.routing import APIRoute

from services.dashboard.domain.deeds import DEEDS, KINDS_OF_ACTS
from shared.naming import thing_of
from tests.fixtures.tokens import Tokens
from tests.services.apps import SERVICES, app_of

# They write nothing, or are acts of a system: an LMS that orders, a harvester, a supplier that pushes.
_NO_ACTS = {"harvest_by_post", "check_files", "rehearse_switch", "place_order", "take_webhook", "take_despatch"}


def _changing(tokens: Tokens) -> Iterator[tuple[str, str]]:
    """The operations of all services that change something by a person's wish, each with the kind of its thing."""
    routes = [route for service in SERVICES for route in app_of(service, tokens).routes if isinstance(route, APIRoute)]
    for route in routes:
        writes = route.include_in_schema and (route.methods or set()) & {"POST", "PUT", "DELETE", "PATCH"}
        name = str(route.operation_id)
        if writes and name not in _NO_ACTS and not name.startswith("preview_"):
            yield name, thing_of(route)


def test_every_act_and_every_kind_of_thing_has_its_words(tokens: Tokens) -> None:
    changing = dict(_changing(tokens))
    assert (changing.keys() ^ DEEDS.keys(), set(changing.values()) ^ set(KINDS_OF_ACTS)) == (set(), set())
