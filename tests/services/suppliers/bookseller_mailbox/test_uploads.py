"""Files that the bookseller is still uploading are never taken half, over real SFTP."""

import pytest

from services.suppliers.contract import NOT_FETCHED, RawMessage
from tests.services.suppliers.bookseller_mailbox.post import ANSWER, LISTED, NEVER, RECORDS, SECOND, SOON, Opener

FORMS = {"EDIFACT": ("a.edi", ANSWER), "ONIX": ("a.xml", RECORDS), "no known form": ("a.csv", LISTED)}


@pytest.mark.parametrize("form", FORMS)
async def test_a_file_is_not_taken_while_it_is_uploaded(port: int, post_at: Opener, form: str) -> None:  # case B2
    name, body = FORMS[form]
    post = await post_at(port, settle_seconds=NEVER)
    yielded = []
    async with post.supplier.open(f"responses/{name}", "wb") as upload:
        for start in range(0, len(body) - 1, 20):
            await upload.write(body[start : min(start + 20, len(body) - 1)])
            yielded += await post.look()

    assert yielded == []
    assert (post.root / "responses" / name).read_bytes() == body[:-1]


async def test_a_complete_answer_is_taken_at_once_and_removed_when_it_rested(port: int, post_at: Opener) -> None:
    waiting = await post_at(port, settle_seconds=NEVER)
    path = waiting.put("a.edi", ANSWER)
    assert await waiting.look() == [RawMessage("responses/a.edi", ANSWER)]
    assert await waiting.look() == []
    assert path.exists()

    post = await post_at(port)
    assert [raw.body for raw in await post.look_until_gone(path)] == [ANSWER]


async def test_what_has_no_mark_at_its_end_is_taken_when_it_rested(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    path = post.put("a.csv", LISTED)

    assert await post.look_until(1) == [RawMessage("responses/a.csv", LISTED)]
    await post.look_until_gone(path)


async def test_what_grows_after_it_was_taken_is_taken_again_whole(port: int, post_at: Opener) -> None:
    post = await post_at(port, settle_seconds=NEVER)
    async with post.supplier.open("responses/a.edi", "wb") as upload:
        await upload.write(ANSWER)
        first = await post.look()
        await upload.write(SECOND)
        second = await post.look()

    assert [raw.body for raw in (*first, *second)] == [ANSWER, ANSWER + SECOND]
    assert (post.root / "responses" / "a.edi").exists()


async def test_what_lacks_its_end_is_read_when_it_rested_and_never_removed(port: int, post_at: Opener) -> None:
    post = await post_at(port)
    path = post.put("a.edi", ANSWER[:-10])
    last = post.put("b.csv", LISTED)

    assert {raw.body for raw in await post.look_until(2)} == {ANSWER[:-10], LISTED}
    # The other file's removal shows that the time for it has come.
    assert await post.look_until_gone(last) == []
    assert path.exists()

    path.write_bytes(ANSWER)
    assert [raw.body for raw in await post.look_until_gone(path)] == [ANSWER]


async def test_an_empty_file_waits_and_is_reported_once(port: int, post_at: Opener) -> None:
    post = await post_at(port, stuck_seconds=SOON)
    path = post.put("a.edi", b"")

    (report,) = await post.look_until(1)
    assert report.content_type == NOT_FETCHED
    assert report.body.startswith(b"responses/a.edi stays in the mailbox: it is still empty after 0.05 s (changed 20")
    assert await post.look() == []
    assert path.exists()

    path.write_bytes(ANSWER)
    assert [raw.body for raw in await post.look_until(1)] == [ANSWER]


@pytest.mark.parametrize("name", ["a.edi.part", "a.TMP", "a.edi.filepart", "a.writing", ".a.edi"])
async def test_a_temporary_name_is_left_until_it_is_renamed(port: int, post_at: Opener, name: str) -> None:
    post = await post_at(port)
    path = post.put(name, ANSWER)
    last = post.put("b.csv", LISTED)

    assert [raw.body for raw in await post.look_until_gone(last)] == [LISTED]
    await post.supplier.rename(f"responses/{name}", "responses/a.CEA")
    assert await post.look() == [RawMessage("responses/a.CEA", ANSWER)]
    assert not path.exists()
