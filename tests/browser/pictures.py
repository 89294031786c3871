"""Makes the pictures of docs/pictures again: `python -m tests.browser.pictures`.

A person walks through the morning of docs/a-morning-at-the-desk.md, on a bad day's system, and does each of its steps. Must not
know how pages are made: it goes by what they say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page

from local.stack import Stack
from tests.browser.chromium import PHONE, Look, chromium, seat
from tests.browser.crawling import enough_waits
from tests.browser.letters import unpack_a_damaged_book
from tests.browser.system import bad_day
from tests.waiting import until

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
_DESK = Look(1100)
_HEIGHT = 720
_BOOKSELLER = "bookseller-simulator"


async def _picture(page: Page, name: str, *, at: str = "body") -> None:
    """Keeps what the screen shows, from an element on."""
    await page.set_viewport_size({"width": (page.viewport_size or {"width": _DESK.width})["width"], "height": _HEIGHT})
    await page.locator(at).first.evaluate("element => window.scrollTo(0, element.getBoundingClientRect().top + scrollY - 8)")
    await page.screenshot(path=PICTURES / f"{name}.png")


async def _open(page: Page, *names: str) -> None:
    """Clicks one link after the other, each the first whose text has the name."""
    for name in names:
        await page.get_by_role("main").get_by_role("link", name=name).first.click()
        await page.wait_for_load_state("load")


async def _sign_in_page(browser: Browser, dashboard: str) -> None:
    page = await browser.new_page(viewport={"width": _DESK.width, "height": _HEIGHT})
    await page.goto(dashboard)
    await _picture(page, "sign-in")
    await page.close()


async def _first_look(page: Page) -> None:
    await enough_waits(page)
    await page.goto("/")
    await _picture(page, "desk")
    await page.goto("/work")
    await _picture(page, "work-list")


async def _substitute(page: Page) -> None:
    await page.goto("/work?kind=decision")
    await _open(page, "Decide on the substitute")
    await page.goto(await _address_in(page, "tbody th a"))
    await _open(page, "with everything about it")
    await _picture(page, "substitute")
    card = page.locator("article.change", has=page.get_by_role("button", name="Accept it")).first
    await card.get_by_label("Reason").fill("Another book, not another edition")
    await card.get_by_role("button", name="Decline, keep").click()
    await page.locator("p.done").wait_for()


async def _invoice(page: Page) -> None:
    await page.goto("/money")
    await page.goto(await _address_in(page, "tbody th a"))
    await _picture(page, "queried-invoice")
    await page.get_by_label("Reason").first.fill("The supplier confirmed the new price by telephone")
    await page.get_by_role("button", name="Accept").first.click()
    await page.locator("p.done").wait_for()


async def _rule_from_monday(page: Page) -> None:
    await page.goto("/rules")
    await _open(page, "Change")
    await page.get_by_label("Reason").fill("Children's books go to the consortium again")
    await _picture(page, "rule-from-monday")
    await page.get_by_role("button", name="Save the rule").click()
    await page.locator("p.done").wait_for()


async def _counter(page: Page) -> None:
    await page.goto("/receive")
    await page.goto(await _address_in(page, "ul.choices a:has-text('Library')"))
    barcode = (await page.locator(".books li small").first.inner_text()).split()[0]
    await page.get_by_label("Barcode, ISBN or parcel number").fill(barcode)
    await page.keyboard.press("Enter")
    await page.locator("#answer.good").wait_for()
    await _picture(page, "counter-on-a-phone")


async def _copy(page: Page) -> None:
    await page.goto("/find?q=Darkness")
    await page.goto(await _address_in(page, "a[href^='/copies/']"))
    await _picture(page, "copy")


async def _looking_back(page: Page) -> None:
    await page.goto("/trends")
    await _picture(page, "trends")
    await page.goto("/audit?who=ada")
    await _picture(page, "audit")


async def _wrong_reference(page: Page) -> None:
    await page.goto("/messages?state=quarantined&kind=despatch")
    await page.goto(await _address_in(page, "tbody th a"))
    await page.locator("a.reference.wrong").first.click()
    await page.locator("#map").wait_for()
    await _picture(page, "wrong-reference")
    await page.get_by_label("Reason").first.fill("A letter O where our number has a zero")
    await page.locator("#map").get_by_role("button").last.click()
    await page.locator("p.done").wait_for()


async def _dead_supplier(page: Page) -> None:
    async def told() -> bool:
        await page.goto("/")
        return await page.get_by_text("Cannot be reached").count() > 0

    await until(told, limit=60)
    await _picture(page, "unreachable-supplier")


async def _address_in(page: Page, selector: str) -> str:
    """Returns where the first such link leads. What is asked for may still be on its way."""

    async def there() -> str | None:
        link = page.locator(selector)
        if await link.count():
            return await link.first.get_attribute("href")
        await page.reload()
        return None

    return await until(there)


async def _walk(stack: Stack, browser: Browser) -> None:
    await _sign_in_page(browser, stack.endpoints.dashboard)
    night = Look(PHONE, "dark")
    walks: list[tuple[str, Look, list[Callable[[Page], Awaitable[None]]]]] = [
        ("Ada", _DESK, [_first_look, _substitute, _invoice, _rule_from_monday]),
        ("Olu", Look(PHONE), [_counter]),
        ("Operations", _DESK, [_wrong_reference]),
        ("Ada", _DESK, [_copy, _looking_back]),
    ]
    for person, look, steps in walks:
        async with seat(browser, stack.endpoints.dashboard, person, look) as page:
            for step in steps:
                await step(page)
    await stack.processes[_BOOKSELLER].stop()
    async with seat(browser, stack.endpoints.dashboard, "Ada", _DESK) as page:
        await _dead_supplier(page)
    async with seat(browser, stack.endpoints.dashboard, "Ada", night) as page:
        await _picture(page, "desk-at-night-on-a-phone")


async def _main() -> None:
    PICTURES.mkdir(exist_ok=True)
    async with bad_day() as stack, chromium() as browser:
        await unpack_a_damaged_book(stack)
        await _walk(stack, browser)


if __name__ == "__main__":
    asyncio.run(_main())
