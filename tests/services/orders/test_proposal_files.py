"""Files of MARC that a council uploads: what is in them becomes proposals, never an order at once."""

import asyncio
from typing import Any

import httpx
import pytest

from shared.formats.marc.fields import MarcRecord
from shared.values import with_check_digit
from tests.builders_of_marc import ISBNS, binary_file, marc_record, xml_file
from tests.services.orders.conftest import Orders
from tests.services.orders.test_proposals import selection
from tests.unit.shared.formats.mutants import mutants

BINARY, XML = "application/marc", "application/marcxml+xml"
CODES = {"branch": {"MAIN": "IPSW", "EAST": "LOWE"}, "fund": {"AF": "ADULT-FIC"}}


async def mapped(orders: Orders, preset: str = "970", **codes: dict[str, str]) -> str:
    """A mapping that is copied from a preset and given the council's codes."""
    presets = {one["name"]: one["mapping"] for one in (await orders.get("/v1/marc-order-presets"))["items"]}
    mapping = {**presets[preset], "codes": codes or CODES}
    answer = await orders.decide("/v1/marc-order-mappings", {"supplier_id": "national", "name": preset, "mapping": mapping})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["mapping_id"])


async def send(
    orders: Orders, mapping_id: str, raw: bytes, number: str = "", *, path: str = "", form: str = BINARY, key: str = ""
) -> httpx.Response:
    params = {"mapping_id": mapping_id, **({"selection_number": number} if number else {})}
    headers = {**orders.headers, "Content-Type": form, **({"Idempotency-Key": key} if key else {})}
    return await orders.client.post(f"/v1/proposals{path}", params=params, content=raw, headers=headers)


async def uploaded(orders: Orders, mapping_id: str, raw: bytes, number: str = "", **others: str) -> dict[str, Any]:
    answer = await send(orders, mapping_id, raw, number, **others)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/v1/proposal-files/{found['file_id']}"
    return found


async def proposal(orders: Orders, file: dict[str, Any], place: int = 0) -> dict[str, Any]:
    return await orders.get(f"/v1/proposals/{file['proposals'][place]['proposal_id']}")


def a_record(number: int = 0, *lines: str) -> MarcRecord:
    return marc_record(*(lines or ("970 ##$oMAIN$fAF$cAF$sF TID$q2$p12.99$rQ-17",)), isbn=ISBNS[number])


def many(count: int) -> bytes:
    isbns = (with_check_digit(f"978{number:09}") for number in range(1, count + 1))
    return binary_file(*(marc_record("970 ##$oMAIN$fAF", isbn=isbn, title="") for isbn in isbns))


async def test_an_accepted_file_becomes_an_order_whose_copies_have_branch_fund_and_sequence(orders: Orders) -> None:
    record = a_record(0, "970 ##$oMAIN$fAF$cAF$sF TID$q2$p12.99$rQ-17$iBK", "970 ##$oEAST$fAF")
    file = await uploaded(orders, await mapped(orders), binary_file(record), "SEL-114")
    assert (file["records"], file["titles"], file["kept_aside"], file["findings"]) == (1, 1, 0, [])
    assert await orders.published() == ["orders.proposal.changed.v1"]
    found = await proposal(orders, file)
    assert (found["selection_number"], found["state"], found["file_id"]) == ("SEL-114", "open", file["file_id"])
    assert [fault["code"] for fault in found["faults"]] == ["sourced-elsewhere"]
    path = f"/v1/proposals/{found['proposal_id']}/accept"
    answer = await orders.decide(path, {"order_number": "SFK-1", "follow_sourcing_rules": True})
    assert answer.status_code == 201, answer.text
    order = await orders.read(answer.json()["order_id"])
    copies = [copy for line in order["lines"] for copy in line["copies"]]
    assert sorted((copy["branch"], copy["fund"], copy["sequence"], copy["shelfmark"]) for copy in copies) == [
        ("IPSW", "ADULT-FIC", "AF", "F TID"), ("IPSW", "ADULT-FIC", "AF", "F TID"), ("LOWE", "ADULT-FIC", "", ""),
    ]  # fmt: skip
    national = next(line for line in order["lines"] if line["supplier_id"] == "national")
    assert (national["quote_reference"], national["unit_price"]) == ("Q-17", {"minor": 1299, "currency": "GBP"})
    assert [copy["item"]["stock_category"] for copy in national["copies"]] == ["BK", "BK"]
    after = await orders.get(f"/v1/proposal-files/{file['file_id']}")
    assert [one["state"] for one in after["proposals"]] == ["accepted"]


@pytest.mark.parametrize("preset", ["960-961", "970", "980-981"])
async def test_each_preset_reads_its_own_fields(orders: Orders, preset: str) -> None:
    lines = ["960 ##$tMAIN(2),EAST$uAF", "970 ##$oMAIN$fAF$q2", "970 ##$oEAST$fAF"]
    lines += ["980 ##$g3", "981 ##$cMAIN$bAF", "981 ##$cMAIN$bAF", "981 ##$cEAST$bAF"]
    found = await proposal(orders, await uploaded(orders, await mapped(orders, preset), binary_file(a_record(0, *lines))))
    assert [(copy["branch"], copy["fund"]) for copy in found["lines"][0]["copies"]] == [
        ("IPSW", "ADULT-FIC"), ("IPSW", "ADULT-FIC"), ("LOWE", "ADULT-FIC"),
    ]  # fmt: skip


async def test_the_same_file_again_is_the_same_proposal_under_any_key_and_in_any_form(orders: Orders) -> None:
    mapping_id, records = await mapped(orders), (a_record(0), a_record(1))
    first = await send(orders, mapping_id, binary_file(*records), "S-1", key="k1")
    again = await send(orders, mapping_id, binary_file(*records), "S-1", key="k1")
    other_key = await send(orders, mapping_id, binary_file(*records), "S-1")
    other_form = await send(orders, mapping_id, xml_file(*records), "S-1", form=XML)
    answers = [first, again, other_key, other_form]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert ["Idempotent-Replayed" in answer.headers for answer in answers] == [False, True, True, False]
    assert len({answer.json()["file_id"] for answer in answers[:3]}) == 1
    assert len({answer.json()["proposals"][0]["proposal_id"] for answer in answers}) == 1
    assert len((await orders.get("/v1/proposals"))["items"]) == 1


async def test_a_file_that_is_sent_by_two_at_once_is_proposed_once(orders: Orders) -> None:
    mapping_id = await mapped(orders)
    answers = await asyncio.gather(*(send(orders, mapping_id, binary_file(a_record()), key=f"k{number}") for number in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["file_id"] for answer in answers}) == 1
    assert len((await orders.get("/v1/proposals"))["items"]) == 1


async def test_a_declined_file_stays_declined_when_it_is_sent_again(orders: Orders) -> None:
    mapping_id = await mapped(orders)
    file = await uploaded(orders, mapping_id, binary_file(a_record()))
    await orders.decide(f"/v1/proposals/{file['proposals'][0]['proposal_id']}/decline", {"reason": "Bought already"})
    again = await uploaded(orders, mapping_id, binary_file(a_record()))
    assert [one["state"] for one in again["proposals"]] == ["declined"]


async def test_another_file_with_the_number_supersedes_what_is_open(orders: Orders) -> None:
    mapping_id = await mapped(orders)
    first = await uploaded(orders, mapping_id, many(1_001), "S-1")
    assert [(one["selection_number"], one["lines"]) for one in first["proposals"]] == [("S-1", 500), ("S-1/2", 500), ("S-1/3", 1)]
    second = await uploaded(orders, mapping_id, binary_file(a_record()), "S-1")
    (of_second,) = second["proposals"]
    before = await orders.get(f"/v1/proposal-files/{first['file_id']}")
    assert [one["state"] for one in before["proposals"]] == ["superseded"] * 3
    for place in range(3):
        assert (await proposal(orders, first, place))["superseded_by_proposal_id"] == of_second["proposal_id"]


async def test_a_selection_that_arrives_while_a_file_with_its_number_is_uploaded_waits_for_it(orders: Orders) -> None:
    mapping_id, uploading = await mapped(orders), binary_file(a_record())
    for number in ("S-1", "S-2", "S-3", "S-4"):
        answer, _ = await asyncio.gather(
            send(orders, mapping_id, uploading, number), orders.hear(selection(selection_number=number))
        )
        assert answer.status_code == 201, answer.text
        states = [one["state"] for one in (await orders.get(f"/v1/proposals?selection_number={number}"))["items"]]
        assert sorted(states) == ["open", "superseded"]


async def test_a_number_that_is_also_that_of_a_part_of_a_file_is_proposed_after_it(orders: Orders) -> None:
    mapping_id = await mapped(orders)
    answers = await asyncio.gather(
        send(orders, mapping_id, many(501), "S-1"),
        *(send(orders, mapping_id, binary_file(a_record(n)), "S-1/2") for n in range(3)),
    )
    assert [answer.status_code for answer in answers] == [201] * 4
    open_now = [one for one in (await orders.get("/v1/proposals?selection_number=S-1/2"))["items"] if one["state"] == "open"]
    assert len(open_now) == 1


async def test_a_selection_supersedes_all_parts_of_a_file_with_its_number(orders: Orders) -> None:
    file = await uploaded(orders, await mapped(orders), many(1_001), "S-1")
    await orders.hear(selection(selection_number="S-1"))
    before = await orders.get(f"/v1/proposal-files/{file['file_id']}")
    assert [one["state"] for one in before["proposals"]] == ["superseded"] * 3


async def test_records_that_cannot_be_mapped_are_listed_and_the_others_proposed(orders: Orders) -> None:
    unmapped, cut = a_record(1, "970 ##$oMAIN$qmany"), binary_file(a_record(2))[:-40]
    raw = binary_file(a_record(0), unmapped) + cut + binary_file(a_record(3))
    file = await uploaded(orders, await mapped(orders), raw)
    assert (file["records"], file["titles"], file["kept_aside"]) == (4, 2, 2)
    errors = [(one["record"], one["tag"], one["code"]) for one in file["findings"] if one["severity"] == "error"]
    assert errors == [(2, "970", "order-quantity"), (3, "LDR", "marc-unreadable-record")]
    assert "correct it" in file["findings"][0]["detail"]


async def test_two_records_with_one_reference_have_two(orders: Orders) -> None:
    file = await uploaded(orders, await mapped(orders), binary_file(a_record(0), a_record(1)), "S-1")
    assert [line["reference"] for line in (await proposal(orders, file))["lines"]] == ["Q-17", "S-1/2"]
    assert [(one["record"], one["code"]) for one in file["findings"]] == [(2, "order-reference")]


async def test_records_say_to_which_selection_they_belong(orders: Orders) -> None:
    records = [a_record(number, f"980 ##$f{name}", "981 ##$cMAIN$bAF") for number, name in enumerate(["A", "B", "A"])]
    mapping_id = await mapped(orders, "980-981")
    file = await uploaded(orders, mapping_id, binary_file(*records))
    assert [(one["selection_number"], one["lines"]) for one in file["proposals"]] == [("A", 2), ("B", 1)]
    named = await uploaded(orders, mapping_id, binary_file(*records), "MINE")
    assert [(one["selection_number"], one["lines"]) for one in named["proposals"]] == [("MINE", 3)]


async def test_a_preview_shows_what_would_be_proposed_and_keeps_nothing(orders: Orders) -> None:
    mapping_id = await mapped(orders, branch={})
    answer = await send(orders, mapping_id, binary_file(a_record(0), a_record(1, "100 1#$aTern")), path="/preview")
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert (seen["records"], seen["titles"], seen["kept_aside"]) == (2, 1, 1)
    (one,) = seen["proposals"]
    assert [copy["branch"] for copy in one["lines"][0]["copies"]] == ["MAIN", "MAIN"]
    assert {fault["code"] for fault in one["faults"]} == {"unknown-branch"}
    assert (await orders.get("/v1/proposals"))["items"] == (await orders.get("/v1/proposal-files"))["items"] == []


async def test_the_file_is_kept_as_it_was_with_its_true_form_and_seen_by_its_council_alone(orders: Orders) -> None:
    raw = xml_file(a_record())
    file = await uploaded(orders, await mapped(orders), raw, form=BINARY)
    path = f"/v1/proposal-files/{file['file_id']}"
    kept = await orders.client.get(f"{path}/raw", headers=orders.headers)
    assert (kept.content, kept.headers["Content-Type"]) == (raw, XML)
    other = orders.of_council("GB-NFK")
    for hidden in (path, f"{path}/raw"):
        answer = await orders.client.get(hidden, headers=other.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "no-such-proposal-file")
    (listed,) = (await orders.get("/v1/proposal-files?supplier_id=national"))["items"]
    assert (listed["file_id"], listed["size"]) == (file["file_id"], len(raw))


@pytest.mark.parametrize(
    ("raw", "form", "status", "code"),
    [
        (b"", BINARY, 422, "nothing-to-propose"),
        (b"<collection/>", XML, 422, "nothing-to-propose"),
        (binary_file(a_record(0, "960 ##$aX")), BINARY, 422, "nothing-to-propose"),
        (b"{}", "application/json", 415, "unsupported-media-type"),
    ],
)
async def test_a_file_of_which_nothing_can_be_proposed_is_refused(
    orders: Orders, raw: bytes, form: str, status: int, code: str
) -> None:
    mapping_id = await mapped(orders)
    for path in ("", "/preview"):
        answer = await send(orders, mapping_id, raw, path=path, form=form)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await orders.get("/v1/proposal-files"))["items"] == []


async def test_each_record_of_a_refused_file_has_its_reason(orders: Orders) -> None:
    answer = await send(orders, await mapped(orders), binary_file(a_record(0, "960 ##$aX"), a_record(1, "960 ##$aX")))
    reasons = [(one["pointer"], one["code"]) for one in answer.json()["errors"]]
    assert reasons == [("/records/0", "order-no-data"), ("/records/1", "order-no-data")]


@pytest.mark.parametrize(
    "lines", [["980 ##$fN{}", "981 ##$cMAIN"] * 21, ["980 ##$fONE$g200", "981 ##$cMAIN"] * 101], ids=["proposals", "copies"]
)
async def test_a_file_that_proposes_too_much_is_refused(orders: Orders, lines: list[str]) -> None:
    pairs = zip(lines[::2], lines[1::2], strict=True)
    records = [a_record(number % 4, of_title.format(number), of_copy) for number, (of_title, of_copy) in enumerate(pairs)]
    answer = await send(orders, await mapped(orders, "980-981"), binary_file(*records))
    assert (answer.status_code, answer.json()["code"]) == (422, "file-too-large")


@pytest.mark.parametrize("form", [BINARY, XML])
async def test_no_damaged_file_is_more_than_the_service_can_take(orders: Orders, form: str) -> None:
    mapping = {
        "copies": {"tag": "970"},
        "places": {"branch": ["970$o"], "quantity": ["970$q"], "reference": ["001"], "note": ["245$a"]},
    }
    body = {"supplier_id": "national", "name": "Damaged", "mapping": mapping}
    mapping_id = (await orders.decide("/v1/marc-order-mappings", body)).json()["mapping_id"]
    records = [marc_record("001 Q-17", "970 ##$oMAIN$q2", isbn=isbn) for isbn in ISBNS[:2]]
    seeds = [binary_file(*records) if form == BINARY else xml_file(*records)]
    for raw in mutants(seeds, 40, seed=970, words=[b"\0", b"\x1fq\0", b"&#0;", "\u200b".encode()]):
        answer = await send(orders, mapping_id, raw)
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201:
            assert answer.json()["titles"] + answer.json()["kept_aside"] == answer.json()["records"]
        else:
            assert answer.json()["code"] == "nothing-to-propose"


async def test_a_mapping_that_is_not_there_is_refused_but_a_repetition_answered(orders: Orders) -> None:
    mapping_id = await mapped(orders)
    first = await send(orders, mapping_id, binary_file(a_record()), key="k")
    headers = {**orders.headers, "If-Match": '"1"'}
    await orders.client.delete(f"/v1/marc-order-mappings/{mapping_id}", headers=headers)
    again = await send(orders, mapping_id, binary_file(a_record()), key="k")
    assert (again.status_code, again.json()) == (201, first.json())
    new = await send(orders, mapping_id, binary_file(a_record()), key="other")
    assert (new.status_code, new.json()["code"]) == (404, "no-such-mapping")
