"""Files with odd names, too large or not readable are visible with a reason and stop no other, over real SFTP."""

import asyncio

import pytest

from services.suppliers.contract import SupplierUnavailable
from tests.services.suppliers.bookseller_mailbox.post import ANSWER, RECORDS, SECOND, Moods, Opener

ODD_NAMES = {
    b"caf\xe9.edi": "caf\\xe9.edi",
    b"two\nlines.edi": "two\\nlines.edi",
    b"back\\slash.edi": "back\\\\slash.edi",
    b"a" * 255: "a" * 255,
    "Brontë.edi".encode(): "Brontë.edi",
    "\u202eide.a".encode(): "\\u202eide.a",
}


async def test_any_name_is_taken_and_stops_no_other(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    paths = [post.put(name, ANSWER + b"\n" * place) for place, name in enumerate(ODD_NAMES)]

    found = await post.look_until(len(ODD_NAMES))

    assert {raw.name for raw in found} == {f"responses/{shown}" for shown in ODD_NAMES.values()}
    for path in paths:
        await post.look_until_gone(path)


async def test_what_is_no_file_is_reported_once(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    (post.root / "responses" / "done").mkdir()
    (post.root / "responses" / "link").symlink_to("b.edi")
    post.put("a.edi", ANSWER)

    found = {raw.name: raw.body.decode() for raw in await post.look_until(3)}

    assert found["responses/done"].endswith("it is a folder, not a file")
    assert found["responses/link"].endswith("it is a symbolic link, not a file")
    assert found["responses/a.edi"] == ANSWER.decode()
    (post.root / "responses" / "done" / "older.edi").write_bytes(ANSWER)
    assert await post.look() == []


async def test_a_file_above_the_limit_is_reported_once_and_stays(port: int, post_at: Opener) -> None:
    post = await post_at(port, largest_file=1_000)
    path = post.put("large.edi", b"x" * 1_001)
    post.put("small.edi", ANSWER)

    answer, report = await post.look()
    path.write_bytes(b"x" * 2_000)
    again = await post.look()

    assert answer.body == ANSWER
    assert report.name == "responses/large.edi"
    assert b"it has 1001 bytes" in report.body
    assert b"`largest_file` of the profile is 1000" in report.body
    assert again == []
    assert path.exists()
    path.write_bytes(SECOND)
    assert [raw.body for raw in await post.look()] == [SECOND]


async def test_many_reports_become_a_few_and_a_number(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    for number in range(50):
        (post.root / "responses" / f"folder-{number:02d}").mkdir()

    found = await post.look()

    assert len(found) == 21
    assert found[-1].name == "responses/folder-20 and 29 more"
    assert await post.look() == []


@pytest.mark.slow
async def test_a_file_that_may_not_be_read_is_reported_and_stops_no_other(odd_port: int, moods: Moods, post_at: Opener) -> None:
    post = await post_at(odd_port)
    moods.denied.add(b"a.edi")
    post.put("a.edi", ANSWER)
    post.put("b.edi", SECOND)

    answer, report = await post.look_until(2)

    assert answer.body == SECOND
    assert report.name == "responses/a.edi"
    assert b"it could not be read" in report.body
    assert b"not for you" in report.body
    assert await post.look() == []


async def test_a_file_at_which_the_server_hangs_up_delays_the_others_by_one_look(
    odd_port: int, moods: Moods, post_at: Opener
) -> None:
    post = await post_at(odd_port)
    moods.drops.add(b"a.edi")
    post.put("a.edi", ANSWER)
    with pytest.raises(SupplierUnavailable):
        await post.look()

    post.put("b.edi", SECOND)
    assert [raw.body for raw in await post.look()] == [SECOND]


@pytest.mark.parametrize("name", [b"../../secret", b"a/b.edi", b"x" * 300, b"nul\0.edi"])
async def test_a_name_that_no_file_can_have_is_reported_and_never_opened(
    odd_port: int, moods: Moods, post_at: Opener, name: bytes
) -> None:
    post = await post_at(odd_port)
    moods.made_up.append(name)
    post.put("a.edi", ANSWER)

    answer, report = await post.look()

    assert answer.body == ANSWER
    assert b"no file can have this name" in report.body
    assert "\0" not in report.name


async def test_a_folder_that_cannot_be_listed_stops_no_other(odd_port: int, moods: Moods, post_at: Opener) -> None:
    post = await post_at(odd_port)
    moods.closed_folders |= {b"records"}
    post.put("a.edi", ANSWER)

    answer, report = await post.look_until(2)

    assert answer.body == ANSWER
    assert (report.name, b"it could not be listed" in report.body) == ("./records", True)
    assert await post.look() == []


@pytest.mark.slow
async def test_a_file_that_cannot_be_removed_is_taken_once_and_reported(odd_port: int, moods: Moods, post_at: Opener) -> None:
    post = await post_at(odd_port)
    moods.keeps.add(b"a.edi")
    post.put("a.edi", ANSWER)

    answer, report = await post.look_until(2)

    assert answer.body == ANSWER
    assert b"it was taken but could not be removed: the server answered: nothing is removed here" in report.body
    assert await post.look() == []


async def test_no_answer_waits_for_a_large_file_that_comes_slowly(odd_port: int, moods: Moods, post_at: Opener) -> None:
    post = await post_at(odd_port)
    moods.slow[b"records.xml"] = asyncio.Event()
    large = RECORDS.replace(b"</ONIXMessage>", b"<Product></Product>" * 100_000 + b"</ONIXMessage>")
    path = post.put("records.xml", large, "records")

    assert await post.look() == []
    post.put("a.edi", ANSWER)
    assert [raw.body for raw in await post.look()] == [ANSWER]

    moods.slow[b"records.xml"].set()
    assert [raw.body for raw in await post.look_until_gone(path)] == [large]
