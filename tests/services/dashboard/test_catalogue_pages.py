"""The pages of the catalogue, over a catalogue that runs: search, a title with its sources, and what staff fix."""

from collections.abc import AsyncIterator, Callable

import pytest
from httpx import AsyncClient

from services.catalogue import app as catalogue_app
from services.catalogue.incoming import handlers
from services.catalogue.settings import CatalogueSettings
from services.dashboard.app import create_app
from services.dashboard.domain.titles import value_in_words
from services.dashboard.domain.visitors import Role
from services.dashboard.settings import DashboardSettings
from services.dashboard.usecases.asking import Services
from shared.clock import ManualClock
from shared.http.calls import Api
from tests.fixtures.tokens import Tokens
from tests.services.catalogue.facts import PIRANESI, line, order, stated, supplied
from tests.services.dashboard.seeing import elements, text_of
from tests.services.dashboard.signing_in import sign_in
from tests.services.dashboard.strands import Way
from tests.services.hearing import Hearing
from tests.services.serving import OAI, Kept, api_settings, calling

PAGE = f"/catalogue/{PIRANESI}"


@pytest.fixture
async def browser(
    database_from: Callable[[str], str], settings: DashboardSettings, clock: ManualClock, tokens: Tokens, kept: Kept
) -> AsyncIterator[AsyncClient]:
    """A cataloguer before a dashboard whose catalogue has one book, ordered, with the records of two suppliers."""
    of_catalogue = api_settings(CatalogueSettings, database_from("services.catalogue"), tokens, **OAI)
    async with (
        kept.client(catalogue_app.create_app, of_catalogue, clock) as service,
        kept.engine(of_catalogue.database_url) as engine,
    ):
        catalogue = Hearing(engine, clock, handlers(clock))
        await catalogue.hears(order(line(PIRANESI, "IPSW")))
        await catalogue.hears(supplied(stated(publisher="Bloomsbury & <b>", summary="A house of halls", published="2020-09-15")))
        await catalogue.hears(supplied(stated(publisher="Bloomsbery"), supplier_id="eastern"))
        services = Services({"catalogue": Api("http://catalogue", Way(service))})
        async with calling(create_app(settings, clock, services)) as client:
            await sign_in(client, tokens, role=Role.OPERATOR)
            yield client


async def test_a_search_has_its_filters_in_the_address_and_says_how_much_it_found(browser: AsyncClient) -> None:
    page = (await browser.get("/catalogue?q=piranesi&form=&published_from=")).text
    assert "1 title with “piranesi”</h1>" in page
    assert f'<a href="{PAGE}">' in page
    assert "No title fits." in (await browser.get("/catalogue?q=piranesi&published_until=1900")).text
    assert "the newest titles</h1>" in (await browser.get("/catalogue")).text


async def test_each_field_says_whose_it_is_and_why_beside_what_the_other_record_states(browser: AsyncClient) -> None:
    page = (await browser.get(PAGE)).text
    assert "Bloomsbury & <b> " in text_of(page, "publisher")
    assert "Bloomsbery" in text_of(page, "publisher")
    assert "a better record" in text_of(page, "publisher")
    assert f'href="/find?q={PIRANESI}">1 copy that may come' in page


async def test_a_field_is_fixed_with_a_reason_and_lifted_again(browser: AsyncClient) -> None:
    answer = await browser.post(f"{PAGE}/fixes", data={"field": "pages", "value": "272", "reason": "Counted in our copy"})
    assert answer.headers["location"] == f"{PAGE}#pages"
    page = (await browser.get(PAGE)).text
    assert "Fixed: it stays until it is lifted." in page
    assert "272 GB-SFK, fixed by librarian: Counted in our copy" in text_of(page, "pages")
    (lift,) = elements(page).xpath("//form[contains(@action, '/lift')]/@action")
    await browser.post(lift, data={"reason": "The supplier corrected it"})
    page = (await browser.get(PAGE)).text
    assert "Counted in our copy" not in text_of(page, "pages")
    assert "The supplier corrected it" in page


async def test_title_and_contributors_are_fixed_as_they_are_typed(browser: AsyncClient) -> None:
    people = "Susanna Clarke (author)\nChiwetel Ejiofor (narrator)"
    for field, value in (("title", "Piranesi : a novel"), ("contributors", people)):
        await browser.post(f"{PAGE}/fixes", data={"field": field, "value": value, "reason": "As on its title page"})
        assert "Nothing was changed" not in (await browser.get(PAGE)).text
    page = (await browser.get(PAGE)).text
    assert "Piranesi, a novel" in text_of(page, "title")
    assert "Chiwetel Ejiofor, narrator" in text_of(page, "contributors")
    assert 'value="Piranesi : a novel"' in page
    assert people in page


async def test_a_value_that_does_not_fit_is_refused_in_words(browser: AsyncClient) -> None:
    await browser.post(f"{PAGE}/fixes", data={"field": "pages", "value": "many", "reason": "Counted in our copy"})
    page = (await browser.get(PAGE)).text
    assert "Nothing was changed." in page
    assert 'value="Counted in our copy"' in page


async def test_staff_of_all_councils_are_told_who_may_fix(browser: AsyncClient, tokens: Tokens) -> None:
    await sign_in(browser, tokens, role=Role.OPERATOR, council=None)
    page = (await browser.get(PAGE)).text
    assert "Only a person of a council can fix a field." in page
    assert "/fixes" not in page


async def test_an_unknown_title_is_a_page_that_says_so(browser: AsyncClient) -> None:
    answer = await browser.get("/catalogue/9780141439518")
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_a_value_of_parts_is_its_parts_in_words() -> None:
    value = [{"name": "Austen, Jane", "roles": ["author"], "corporate": False}, {"name": "Brock, C. E.", "dates": ""}]
    assert value_in_words(value) == "Austen, Jane, author; Brock, C. E."
