"""The project's source as syntax trees, for tests that read code. Runs none of it."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "shared", "local", "bench", "tests", "docs/examples")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One file: its path below the root, its text, its tree, and every node of the tree."""

    path: str
    text: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    @property
    def is_revision(self) -> bool:
        """Whether it is a released migration, which must not be changed."""
        return "/migrations/versions/" in self.path

    def functions(self) -> Iterator[Function]:
        """Yields every function and method, including nested ones."""
        return (node for node in self.nodes if isinstance(node, Function))


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """Returns the modules of these packages, or of all packages if none is given."""
    return tuple(_module(path) for path in _paths(packages))


def modules_with(word: str, *packages: str) -> tuple[Module, ...]:
    """Returns the modules whose text has a word. Parses no others: what tests are collected from, every worker parses."""
    return tuple(_module(path) for path in _paths(packages) if word in path.read_text(encoding="utf-8"))


def _paths(packages: Sequence[str]) -> list[Path]:
    return sorted(path for package in packages or PACKAGES for path in (ROOT / package).rglob("*.py"))


@cache
def _module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    # CPython 3.11 miscounts recursion if the garbage collector runs a finaliser during a parse.
    gc.disable()
    try:
        tree = ast.parse(text)
    finally:
        gc.enable()
    return Module(path.relative_to(ROOT).as_posix(), text, tree, tuple(ast.walk(tree)))


def dotted(node: ast.expr) -> str:
    """Returns `a.b.c` for a name or attribute, and an empty text for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""
