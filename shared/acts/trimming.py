"""Prepares what the audit trail keeps of a value: without secrets, and of limited size. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from pydantic_core import to_jsonable_python

NOT_KEPT = "not kept: it may be a secret"
_SECRET_WORDS = ("password", "passphrase", "secret", "token", "credential", "private", "authorization", "signature")
# Our own references of lines are no secrets, though their name ends as a key's does.
_OWN_KEYS = ("line_key", "line_keys")
_MOST_TEXT, _MOST_ITEMS, _MOST_MEMBERS, _DEEPEST, _LARGEST = 300, 20, 50, 6, 8_000


def trimmed(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Returns what is kept of the members of a thing; None for None.

    A member whose name speaks of a secret or a key is replaced by a sentence, wherever it is, and an address has no user and no
    parameters. Long texts and lists are cut, and say so.
    """
    if value is None:
        return None
    kept: dict[str, Any] = _members(to_jsonable_python(dict(value), fallback=str), _DEEPEST)
    size = len(json.dumps(kept))
    return kept if size <= _LARGEST else {"left_out": f"{len(kept)} members with {size} characters, too many to keep"}


def difference(before: object, after: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the members of two states of a thing that differ, without those that say who changed it, and when.

    A state is a mapping, a dataclass or a model. A member that a state does not have is missing there.
    """
    old, new = _state(before), _state(after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name) and not _says_who_or_when(name)]
    return {name: old[name] for name in names if name in old}, {name: new[name] for name in names if name in new}


def is_secret(name: str) -> bool:
    """Returns whether a member with this name is never kept."""
    bare = name.lower().replace("-", "_")
    if bare in _OWN_KEYS or bare.endswith("_line_key"):
        return False
    return any(word in bare for word in _SECRET_WORDS) or bare.rpartition("_")[2] in ("key", "keys")


def _state(value: object) -> dict[str, Any]:
    state: dict[str, Any] = to_jsonable_python(value, fallback=str)
    return state


def _says_who_or_when(name: str) -> bool:
    return name == "version" or name.endswith(("_at", "_by"))


def _members(value: Mapping[str, Any], depth: int) -> dict[str, Any]:
    shown = {name: NOT_KEPT if is_secret(name) else _kept(each, depth - 1) for name, each in list(value.items())[:_MOST_MEMBERS]}
    left = len(value) - len(shown)
    return {**shown, "left_out": f"{left} more"} if left else shown


def _kept(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, Mapping | Sequence):
        return value
    if depth <= 0:
        return "left out: too deep"
    if isinstance(value, Mapping):
        return _members(value, depth)
    items = [_kept(item, depth - 1) for item in value[:_MOST_ITEMS]]
    return [*items, f"{len(value) - _MOST_ITEMS} more"] if len(value) > _MOST_ITEMS else items


def _text(text: str) -> str:
    """Returns a text without what an address may hide, cut to what a person reads."""
    bare = _bare_address(text) if "://" in text else text
    return bare if len(bare) <= _MOST_TEXT else f"{bare[:_MOST_TEXT]} … ({len(bare)} characters)"


def _bare_address(text: str) -> str:
    """Returns an address without user, password, parameters and fragment; a text with one inside it is not kept."""
    try:
        parts = urlsplit(text)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return NOT_KEPT
    if not parts.scheme or not parts.hostname or " " in text:
        return NOT_KEPT
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"
