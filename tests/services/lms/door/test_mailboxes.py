"""Mailboxes: made, stated again, opened by other credentials, closed."""

from __future__ import annotations

import asyncssh
import pytest
from httpx import AsyncClient

from services.lms.app import create_app
from services.lms.settings import LmsSettings
from shared.clock import ManualClock
from tests.fixtures.tokens import Tokens
from tests.services.lms.door.conftest import HOST_KEY, LMS_KEY, PASSWORD, PATH, Mailboxes, public
from tests.services.serving import Kept

THERE = {"host": "127.0.0.1", "port": 2022, "host_keys": [public(HOST_KEY)]}


async def test_without_credentials_we_make_a_password_and_show_it_once(mailboxes: Mailboxes, client: AsyncClient) -> None:
    made = await mailboxes.make()
    assert len(made["password"]) >= 32
    assert (made["mode"], made["user"], made["has_password"]) == ("server", "suffolk-koha", True)
    read = await client.get(f"{PATH}/suffolk-koha")
    assert "password" not in read.json()
    assert read.headers["ETag"] == '"1"'


async def test_a_repeated_request_makes_one_mailbox_and_shows_no_password(client: AsyncClient) -> None:
    body, key = {"mailbox_id": "suffolk-koha", "profile": "koha"}, {"Idempotency-Key": "once"}
    first, again = [await client.post(PATH, json=body, headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["password"]
    assert again.json()["password"] is None
    assert len((await client.get(PATH)).json()["items"]) == 1


async def test_with_a_key_of_the_lms_there_is_no_password(mailboxes: Mailboxes) -> None:
    made = await mailboxes.make(credentials={"public_keys": [f"{public(LMS_KEY)} koha@suffolk"]})
    assert made["password"] is None
    assert not made["has_password"]
    assert made["public_keys"] == [{"public_key": public(LMS_KEY), "fingerprint": LMS_KEY.get_fingerprint()}]


async def test_for_a_server_of_the_lms_we_make_a_key_and_show_its_public_part(mailboxes: Mailboxes) -> None:
    made = await mailboxes.make(user="stockbridge", lms_server=THERE)
    assert made["mode"] == "client"
    assert made["public_keys"][0]["public_key"].startswith("ssh-ed25519 ")
    assert "PRIVATE" not in str(made)


@pytest.mark.parametrize(
    ("stated", "pointer", "words"),
    [
        ({"profile": "alma"}, "/profile", "there is no profile 'alma'"),
        ({"user": "Suffolk Koha"}, "", "small letters"),
        ({"credentials": {"public_keys": ["ssh-ed25519 nonsense"]}}, "/credentials/public_keys", "no public key"),
        ({"credentials": {"private_key": "nonsense"}}, "/credentials/private_key", "no private key"),
        ({"credentials": {"password": "short"}}, "/credentials/password", "12"),
        ({"credentials": {"password": "pass word pass word"}}, "/credentials/password", "ASCII"),
        ({"lms_server": {**THERE, "host": "10.0.0.1"}}, "/lms_server/host", "private"),
        ({"lms_server": {**THERE, "host": "2130706433"}}, "/lms_server/host", "number"),
        ({"lms_server": {**THERE, "host_keys": ["ssh-rsa AAAA"]}}, "/lms_server/host_keys", "no public key"),
        ({"lms_server": THERE, "credentials": {"public_keys": [public(LMS_KEY)]}}, "/credentials/public_keys", "We log in"),
        ({"council": "GB-ESS"}, "/council", "another council"),
    ],
)
async def test_a_mailbox_that_cannot_be_is_refused_with_a_sentence(
    mailboxes: Mailboxes, stated: dict[str, object], pointer: str, words: str
) -> None:
    problem = await mailboxes.refused(**stated)
    (fault,) = problem["errors"]
    assert fault["pointer"] == pointer
    assert words in fault["detail"]


async def test_a_weak_key_is_refused(mailboxes: Mailboxes) -> None:
    weak = asyncssh.generate_private_key("ssh-rsa", key_size=1024)
    problem = await mailboxes.refused(credentials={"public_keys": [public(weak)]})
    assert "2048 bits" in problem["errors"][0]["detail"]


async def test_no_two_mailboxes_have_one_id_or_one_user(mailboxes: Mailboxes) -> None:
    await mailboxes.make(user="koha")
    assert (await mailboxes.refused())["code"] == "mailbox-name-taken"
    assert (await mailboxes.refused(mailbox_id="other-koha", user="koha"))["code"] == "mailbox-name-taken"


async def test_a_council_sees_and_changes_its_own_mailboxes_only(
    mailboxes: Mailboxes, settings: LmsSettings, clock: ManualClock, tokens: Tokens, kept: Kept
) -> None:
    await mailboxes.make()
    essex = tokens.headers("lms:read lms:write", council="GB-ESS")
    async with kept.client(create_app, settings, clock, essex) as other:
        assert (await other.get(PATH)).json()["items"] == []
        assert (await other.get(f"{PATH}/suffolk-koha")).status_code == 404
        assert (await other.delete(f"{PATH}/suffolk-koha", params={"reason": "not ours"})).status_code == 404


async def test_operations_staff_state_the_council_and_see_all(
    mailboxes: Mailboxes, settings: LmsSettings, clock: ManualClock, tokens: Tokens, kept: Kept
) -> None:
    await mailboxes.make()
    staff = tokens.headers("lms:read lms:write all-councils", council=None)
    async with kept.client(create_app, settings, clock, staff) as operations:
        theirs = Mailboxes(operations)
        assert (await theirs.refused(mailbox_id="essex-folio"))["errors"][0]["pointer"] == "/council"
        assert (await theirs.make("essex-folio", council="GB-ESS"))["council"] == "GB-ESS"
        listed = (await operations.get(PATH, params={"limit": 1})).json()
        rest = (await operations.get(PATH, params={"limit": 1, "cursor": listed["next_cursor"]})).json()
    assert {one["items"][0]["mailbox_id"] for one in (listed, rest)} == {"suffolk-koha", "essex-folio"}


async def test_a_change_needs_the_version_that_was_read_and_is_written_down(mailboxes: Mailboxes, client: AsyncClient) -> None:
    await mailboxes.make()
    changed = await mailboxes.put("suffolk-koha", '"1"', profile="evergreen", enabled=False)
    assert (changed.status_code, changed.json()["profile"], changed.headers["ETag"]) == (200, "evergreen", '"2"')
    assert (await mailboxes.put("suffolk-koha", '"1"')).status_code == 412
    listed = (await client.get(f"{PATH}/suffolk-koha/changes")).json()["items"]
    assert [(one["what"], one["reason"]) for one in listed] == [("changed", "profile, enabled"), ("created", "")]


async def test_who_logs_in_to_whom_does_not_change(mailboxes: Mailboxes) -> None:
    await mailboxes.make()
    answer = await mailboxes.put("suffolk-koha", '"1"', lms_server=THERE)
    assert (answer.status_code, answer.json()["code"]) == (409, "mailbox-mode-fixed")


async def test_after_a_rotation_the_credentials_before_are_said_to_end(mailboxes: Mailboxes, client: AsyncClient) -> None:
    await mailboxes.make()
    answer = await client.post(f"{PATH}/suffolk-koha/rotate-credentials", json={"password": PASSWORD, "keep_previous_hours": 2})
    assert answer.status_code == 200, answer.text
    assert answer.json()["password"] is None
    assert answer.json()["previous_credentials_end_at"] is not None
    answer = await client.post(f"{PATH}/suffolk-koha/rotate-credentials", json={"keep_previous_hours": 0})
    assert answer.json()["password"]
    assert answer.json()["previous_credentials_end_at"] is None


async def test_a_deleted_mailbox_is_gone_and_its_name_is_not_given_again(mailboxes: Mailboxes, client: AsyncClient) -> None:
    await mailboxes.make(user="koha")
    answer = await client.delete(f"{PATH}/suffolk-koha", params={"reason": "We have another LMS now"})
    assert answer.status_code == 204
    assert (await client.get(f"{PATH}/suffolk-koha")).status_code == 404
    assert (await mailboxes.refused())["code"] == "mailbox-name-taken"
    assert (await mailboxes.make("suffolk-folio", user="koha"))["user"] == "koha"


async def test_only_a_mailbox_at_the_lms_can_be_tested(mailboxes: Mailboxes, client: AsyncClient) -> None:
    await mailboxes.make()
    answer = await client.post(f"{PATH}/suffolk-koha/test")
    assert (answer.status_code, answer.json()["code"]) == (409, "mailbox-is-ours")
