"""Writes JSON documents, without loss: the reader returns an equal document."""

from __future__ import annotations

import json

from quillfeather.bic.codes import ROOTS
from quillfeather.bic.documents import Document


def write(document: Document) -> bytes:
    """Returns the document under its root name, in UTF-8. Amounts are strings; empty fields are left out."""
    root = next(name for name, kind in ROOTS.items() if type(document) is kind)
    content = document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps({root: content}, ensure_ascii=False).encode()
