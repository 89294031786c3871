"""Where a browser goes after signing in: only to a page of this dashboard, even if a link names another site. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/"


def own_path(text: str) -> str:
    """Returns a path of our own with its query, as it was given; the first page for anything else.

    Browsers read a backslash as a slash and leave out line ends and tabs, so that `/\\evil.example` means another host.
    """
    if not text.startswith("/") or text.startswith("//") or len(text) > 2_000:
        return HOME
    if "\\" in text or any(ord(letter) < 0x21 or ord(letter) > 0x7E for letter in text):
        return HOME
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else HOME
