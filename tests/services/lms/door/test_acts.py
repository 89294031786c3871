"""The audit trail names what was done to mailboxes, and has none of what opens them."""

from httpx import AsyncClient

from tests.services.lms.door.conftest import PASSWORD, PATH, Mailboxes


async def test_no_password_of_a_mailbox_is_in_the_audit_trail(mailboxes: Mailboxes, client: AsyncClient) -> None:
    made = await mailboxes.make(credentials={"password": PASSWORD})
    changed = await mailboxes.put("suffolk-koha", '"1"', description="Koha of Suffolk")
    assert changed.status_code == 200, changed.text
    rotated = await client.post(
        f"{PATH}/suffolk-koha/rotate-credentials", json={"keep_previous_hours": 1}, headers={"If-Match": changed.headers["ETag"]}
    )
    assert rotated.status_code == 200, rotated.text
    answer = await client.get("/v1/acts")
    rotation, change, making = answer.json()["items"]
    assert (making["operation"], making["thing"], making["after"]["profile"]) == ("create_mailbox", "suffolk-koha", "koha")
    assert (change["before"], change["after"]) == ({"description": ""}, {"description": "Koha of Suffolk"})
    assert rotation["operation"] == "rotate_mailbox_credentials"
    for secret in (PASSWORD, made["password"], rotated.json()["password"]):
        assert secret is None or secret not in answer.text
