"""Chooses by a message's first bytes, never by its name, how it is shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.formats.forms import Form, form_of
from shared.trees.nodes import Findings, Tree, Window
from shared.trees.outlines import json_outline, text_outline, xml_outline
from shared.trees.segments import edifact_tree, x12_tree


def tree_of(body: bytes, findings: Sequence[Mapping[str, object]], window: Window) -> Tree:
    """Returns the part of a message's tree that the window shows, with each finding at the part it is about."""
    placed = Findings(findings)
    form = form_of(body)
    if form is Form.XML:
        tree = xml_outline(body, placed, window)
    elif form is Form.JSON:
        tree = json_outline(body, window)
    elif form is Form.X12:
        tree = x12_tree(body, placed, window)
    elif form is Form.EDIFACT:
        tree = edifact_tree(body, placed, window)
    else:
        tree = text_outline(body, placed, window)
    return _noted(tree, window)


def _noted(tree: Tree, window: Window) -> Tree:
    last = min(tree.total, window.after + window.limit)
    if tree.note or (window.after == 0 and last == tree.total):
        return tree
    more = f"; for the next parts, use `after={last}`" if last < tree.total else ""
    return replace(tree, note=f"parts {min(window.after + 1, last)} to {last} of {tree.total}{more}")
