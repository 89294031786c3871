"""What the command line prints: tables and trees for people. Shows a stranger's text without letting it steer the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from services.suppliers.cli.calls import Answer
from services.suppliers.terminal import printable


def plain(value: object) -> Text:
    """A value as text in which nothing is a command to the terminal."""
    shown = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Text(printable(shown, keep="\n"))


def table(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> Table:
    """One row for each mapping, one column for each name."""
    shown = Table(*(column.replace("_", " ") for column in columns))
    for row in rows:
        shown.add_row(*(plain(row.get(column)) for column in columns))
    return shown


def facts(content: Mapping[str, object]) -> Table:
    """Names and values, one below the other; what holds parts of its own is left out."""
    shown = Table.grid(padding=(0, 2))
    for name, value in content.items():
        if not isinstance(value, dict) and not (isinstance(value, list) and value and isinstance(value[0], dict)):
            shown.add_row(Text(name.replace("_", " "), style="bold"), plain(value))
    return shown


def message_tree(tree: Answer) -> Tree:
    """A message's tree, with findings below the part that they are about."""
    shown = Tree(plain(f"{tree['form']}, {tree['total']} parts{'; ' + tree['note'] if tree['note'] else ''}"))
    _grow(shown, tree["nodes"])
    return shown


def _grow(shown: Tree, nodes: Sequence[Mapping[str, Answer]]) -> None:
    for node in nodes:
        number = "" if node["number"] is None else f"{node['number']} "
        values = " + ".join(":".join(element) for element in node["elements"])
        branch = shown.add(plain(f"{number}{node['label']} {values}".rstrip()))
        for finding in node["findings"]:
            branch.add(Text.assemble((f"{finding['severity']} ", "bold red"), plain(finding["text"])))
        _grow(branch, node["children"])
