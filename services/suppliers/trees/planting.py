"""Chooses how a message is shown by its first bytes, never by its name. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.suppliers.trees.nodes import Findings, Tree, Window
from services.suppliers.trees.outlines import json_outline, text_outline, xml_outline
from services.suppliers.trees.segments import edifact_tree, x12_tree

_LOOKED_AT = 4096
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")
_EDIFACT_STARTS = (b"UNA", b"UNB", b"UNG", b"UNH")


def tree_of(body: bytes, findings: Sequence[Mapping[str, object]], window: Window) -> Tree:
    """The piece of a message's tree that the window shows, with each finding beside the part that it is about."""
    placed = Findings(findings)
    start = body[:_LOOKED_AT].lstrip()
    if start.startswith(_XML_STARTS):
        tree = xml_outline(body, placed, window)
    elif start.startswith((b"{", b"[")):
        tree = json_outline(body, window)
    elif start.startswith(b"ISA"):
        tree = x12_tree(body, placed, window)
    elif start.startswith(_EDIFACT_STARTS) or b"UNB+" in start or b"UNH+" in start:
        tree = edifact_tree(body, placed, window)
    else:
        tree = text_outline(body, placed, window)
    return _noted(tree, window)


def _noted(tree: Tree, window: Window) -> Tree:
    last = min(tree.total, window.after + window.limit)
    if tree.note or (window.after == 0 and last == tree.total):
        return tree
    more = f"; the next follow `after={last}`" if last < tree.total else ""
    return replace(tree, note=f"parts {min(window.after + 1, last)} to {last} of {tree.total}{more}")
