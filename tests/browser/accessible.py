"""Asks axe-core what of a page somebody could not use, and looks for what no page may have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.e2e.clients.making import packages_of

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ANY_RULE: dict[str, Any] = {"type": "tag", "values": _TAGS}
COLOURS: dict[str, Any] = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
_RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
_INLINE = """() => [...document.querySelectorAll('*')].flatMap(one => [
    ...(one.tagName === 'SCRIPT' && !one.src || one.tagName === 'STYLE' ? [one.outerHTML.slice(0, 80)] : []),
    ...[...one.attributes].map(each => each.name).filter(name => name === 'style' || name.startsWith('on')),
])"""
_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def axe_script() -> str:
    """Returns axe-core, as the lock file beside this module names it."""
    folder = await packages_of(Path(__file__).parent)
    return (folder / "node_modules/axe-core/axe.min.js").read_text()


async def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """Returns what axe-core objects to, each with the first element that it means. Its script must have been evaluated.

    That is through the debugger, since the page's own policy lets no script in.
    """
    found: dict[str, Any] = await page.evaluate(_RUN, rules)
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


async def faults(page: Page) -> list[str]:
    """Returns what else no page may have: anything inline, not one first heading, more than the screen's width."""
    inline: list[str] = await page.evaluate(_INLINE)
    wider = int(await page.evaluate(_WIDER))
    headings = await page.locator("h1").count()
    told = [f"inline: {one}" for one in inline]
    if headings != 1:
        told.append(f"{headings} first headings")
    if wider > 0:
        told.append(f"{wider} pixels wider than the screen")
    return told
