"""The work list offers only what the person at the page can do about a thing."""

from __future__ import annotations

import pytest
from httpx import AsyncClient

from services.dashboard.domain.visitors import Role
from tests.fixtures.tokens import Tokens
from tests.services.dashboard.facts import LINE, asking, placed, quarantined, queried
from tests.services.dashboard.owning import Owner
from tests.services.dashboard.signing_in import sign_in
from tests.services.hearing import Hearing, number

_BUTTON = '<button name="way"'


@pytest.mark.parametrize("offers", [0, 1])
async def test_an_offer_is_answered_only_where_there_is_one(
    browser: AsyncClient, dashboard: Hearing, owner: Owner, offers: int
) -> None:
    owner.offers = offers
    await dashboard.hears(placed(), asking("Decide whether the new price is acceptable."))
    for address in ("/work/group?kind=decision&cause=Decide whether the new price is acceptable.", f"/work/decision/{LINE}"):
        text = (await browser.get(address)).text
        assert "Decide whether the new price is acceptable." in text
        assert ("Accept the offer" in text) == bool(offers)
    assert ("on the page of what it is about" in text) == (not offers)


async def test_staff_of_all_councils_are_told_what_only_a_council_settles(
    browser: AsyncClient, dashboard: Hearing, tokens: Tokens
) -> None:
    await dashboard.hears(queried(), quarantined())
    await sign_in(browser, tokens, role=Role.OPERATOR, council=None)
    for address in ("/work/group?kind=invoice&cause=its price is not the ordered one", f"/work/invoice/{number(700)}"):
        text = (await browser.get(address)).text
        assert "Only a person of GB-SFK can settle it" in text
        assert _BUTTON not in text
    assert _BUTTON in (await browser.get(f"/work/quarantined/{number(400)}")).text
