"""The simulated consortium sends whole records on request, and lists those that changed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from local.simulators import CATALOGUE
from services.suppliers.consortium import adapter
from services.suppliers.contract import RawMessage
from shared.records import FullnessLevel, NoteKind, Record, Role, SubjectScheme
from tests.services.suppliers.consortium_simulator.simulated_consortium import AUSTEN, Inbox, Simulate, Simulator
from tests.waiting import eventually

DOSTOYEVSKY = "9780140449136"


async def fetched(simulator: Simulator, after: str | None = None) -> list[RawMessage]:
    """Returns the pages that our side fetches from a consortium that lists its records."""
    profile = json.loads(simulator.adapter().profile.model_dump_json()) | {"lists_records": True}
    ours = adapter(json.dumps(profile), simulator.secrets)
    async with ours.transport() as transport:
        return [message async for message in transport.fetch(after)]


def records_in(simulator: Simulator, pages: list[RawMessage]) -> list[Record]:
    readings = [simulator.adapter().read(page) for page in pages]
    assert [finding for reading in readings for finding in reading.findings] == []
    return [fact for reading in readings for fact in reading.facts if isinstance(fact, Record)]


def catalogue_in(path: Path, **prices: str) -> Path:
    """Writes the catalogue with other prices for some books, named by their ISBNs after `_`."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row | {"price": prices.get(f"_{row['isbn']}", row["price"])} for row in rows)
    return path


async def test_a_requested_record_is_a_whole_one(simulate: Simulate, inbox: Inbox) -> None:
    simulator = simulate("--catalogue", str(CATALOGUE))
    await simulator.start()
    ours = simulator.adapter()

    async with ours.transport() as transport:
        await transport.send(ours.write_record_request([DOSTOYEVSKY], 1))
    await eventually(lambda: bool(inbox.of_type("record.supplied")))

    push = inbox.of_type("record.supplied")[0]
    [record] = records_in(simulator, [RawMessage(push.push_id, push.body)])
    described = record.description
    assert [(one.sort_name, one.roles) for one in described.contributors] == [
        ("Dostoyevsky, Fyodor", (Role.AUTHOR,)),
        ("McDuff, David", (Role.TRANSLATOR,)),
    ]
    assert [one.code for one in described.subjects if one.scheme is SubjectScheme.DEWEY] == ["891.733"]
    assert "Murder -- Fiction" in [one.heading for one in described.subjects if one.scheme is SubjectScheme.LCSH]
    assert [(note.kind, note.text) for note in described.notes] == [(NoteKind.LANGUAGE, "Translated from the Russian.")]
    assert described.cataloguing is not None
    assert described.cataloguing.level is FullnessLevel.FULL
    assert (described.links, described.summary) == ((), "")
    assert [price.minor for offer in record.offers for price in offer.prices] == [999, 799]


async def test_all_records_are_listed_page_by_page(simulate: Simulate) -> None:
    simulator = simulate("--catalogue", str(CATALOGUE))
    await simulator.start()

    pages = await fetched(simulator)

    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        isbns = [row["isbn"] for row in csv.DictReader(file)]
    assert [record.isbn for record in records_in(simulator, pages)] == isbns
    assert [page.cursor for page in pages] == ["50", str(len(isbns))]
    assert await fetched(simulator, pages[-1].cursor) == []


async def test_only_what_changed_is_listed_after_a_cursor(simulate: Simulate, tmp_path: Path) -> None:
    catalogue = catalogue_in(tmp_path / "catalogue.csv")
    simulator = simulate("--catalogue", str(catalogue))
    await simulator.start()
    last = (await fetched(simulator))[-1].cursor
    await simulator.stop()
    catalogue_in(catalogue, **{f"_{AUSTEN}": "7.49"})
    await simulator.start()

    [record] = records_in(simulator, await fetched(simulator, last))

    assert record.isbn == AUSTEN
    assert record.offers[0].prices[0].minor == 749


@pytest.mark.parametrize("cursor", ["1000", "yesterday"])
async def test_a_cursor_that_no_page_had_leads_to_all_records(simulate: Simulate, cursor: str) -> None:
    simulator = simulate("--catalogue", str(CATALOGUE))
    await simulator.start()

    assert await fetched(simulator, cursor) == await fetched(simulator)
