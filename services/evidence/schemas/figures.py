"""Figures as one text that is the same for the same figures, and its digest: what people refer to. Decides nothing."""

from __future__ import annotations

import hashlib
import json


def text_of(figures: object) -> str:
    """Returns figures (JSON values) as text: names sorted, without white space."""
    return json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(text: str) -> str:
    """Returns the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
