"""The sentence at the top of the next page that says what was just done or refused. A cookie carries it, and it is shown once.

Must not know what was done.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass

from fastapi import Request
from fastapi.responses import Response

from services.dashboard.pages.session import drop_cookie, keep_cookie, text_of

_COOKIE = "notice"
_SECONDS = 120
# A browser keeps up to 4,096 bytes a cookie; texts in base64 are a third longer.
_LONGEST = 700


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the top of a page; `reason` is what the person gave for an action that was refused."""

    refused: bool
    text: str
    reason: str = ""


def attach_notice(request: Request, answer: Response, notice: Notice) -> None:
    """Has the next page say it."""
    short = Notice(notice.refused, _cut(notice.text), _cut(notice.reason))
    value = base64.urlsafe_b64encode(json.dumps(asdict(short), ensure_ascii=False).encode()).decode()
    keep_cookie(request, answer, _COOKIE, value, seconds=_SECONDS)


def notice_of(request: Request) -> Notice | None:
    """Returns what the page has to say; None for nothing, and for a cookie that nobody here wrote."""
    try:
        known = json.loads(base64.urlsafe_b64decode(text_of(request, _COOKIE)))
        return Notice(bool(known["refused"]), str(known["text"]), str(known["reason"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def drop_notice(request: Request, answer: Response) -> None:
    """Removes the notice, because the page shows it now."""
    drop_cookie(request, answer, _COOKIE)


def _cut(text: str) -> str:
    return text if len(text.encode()) <= _LONGEST else text.encode()[: _LONGEST - 3].decode(errors="ignore") + "…"
