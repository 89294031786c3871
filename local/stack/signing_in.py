"""Signs a browser in over HTTP as a person would: opens the page, and presses the person's button at the provider."""

from __future__ import annotations

import re
from html import unescape

import httpx

_FORM = re.compile(r'<form method="post" action="([^"]+)">')


async def sign_in(browser: httpx.AsyncClient, page: str, person: str) -> httpx.Response:
    """Returns the page after signing in; the browser stays signed in. `person`: a subject of `local.provider.people`."""
    asked = await browser.get(page, follow_redirects=True)
    found = _FORM.search(asked.raise_for_status().text)
    if found is None:
        raise ValueError(f"{asked.url} is not the page of people")
    shown = await browser.post(asked.url.join(unescape(found[1])), data={"person": person}, follow_redirects=True)
    return shown.raise_for_status()
