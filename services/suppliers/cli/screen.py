"""Tables and trees that the command line prints. Text from outside is shown without its terminal control characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from services.suppliers.cli.calls import Answer
from shared.texts import printable


def plain(value: object) -> Text:
    """Returns a value as text, with each control character replaced: text from outside must not control the terminal."""
    shown = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Text(printable(shown, keep="\n"))


def table(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> Table:
    """Renders one row for each mapping, one column for each name."""
    shown = Table(*(column.replace("_", " ") for column in columns))
    for row in rows:
        shown.add_row(*(plain(row.get(column)) for column in columns))
    return shown


def facts(content: Mapping[str, object]) -> Table:
    """Renders names and values, one below the other. Leaves out nested values."""
    shown = Table.grid(padding=(0, 2))
    for name, value in content.items():
        if not isinstance(value, dict) and not (isinstance(value, list) and value and isinstance(value[0], dict)):
            shown.add_row(Text(name.replace("_", " "), style="bold"), plain(value))
    return shown


def message_tree(tree: Answer) -> Tree:
    """Renders a message's tree, with findings below the part that they are about."""
    shown = Tree(plain(f"{tree['form']}, {tree['total']} parts{'; ' + tree['note'] if tree['note'] else ''}"))
    _add_nodes(shown, tree["nodes"])
    return shown


def _add_nodes(shown: Tree, nodes: Sequence[Mapping[str, Answer]]) -> None:
    for node in nodes:
        number = "" if node["number"] is None else f"{node['number']} "
        values = " + ".join(":".join(element) for element in node["elements"])
        branch = shown.add(plain(f"{number}{node['label']} {values}".rstrip()))
        for finding in node["findings"]:
            branch.add(Text.assemble((f"{finding['severity']} ", "bold red"), plain(finding["text"])))
        _add_nodes(branch, node["children"])
