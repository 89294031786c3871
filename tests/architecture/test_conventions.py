"""Habits of the house that no linter knows: where time comes from, who commits, what may be caught, how things are called."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.architecture.source import Module, dotted, modules

# Who may read the time of the machine.
CLOCK = "shared/clock.py"

# A commit of Kafka offsets is no commit of a transaction.
OFFSET_COMMITS = {"shared/messaging/consumer.py", "shared/messaging/membership.py"}

# Where anything at all may be caught, how often, and why.
CATCHES_ALL = {
    "services/suppliers/loops/reader.py": (1, "one message that cannot be dealt with must not stop those behind it"),
    "services/suppliers/loops/sender.py": (
        1,
        "a fault in an adapter leaves a message's fate unknown, and that must be written down",
    ),
    "services/suppliers/conformance/check.py": (1, "the adapter is on trial: whatever it raises is a result"),
    "services/suppliers/national/transport.py": (1, "a connection half made is closed, whatever ended it, and the error goes on"),
    "shared/supervisor.py": (1, "a part of a process that died starts again"),
    "shared/messaging/relay.py": (1, "a producer half started is closed, whatever ended it, and the error goes on"),
    "shared/messaging/handling.py": (4, "whatever a handler raises decides a message's fate; nothing may be lost"),
    "shared/db/grouped.py": (2, "everyone who waits for the group's commit is told of its error"),
    "local/simulators/bookseller/memory.py": (1, "rolls back, whatever it was, and the error goes on"),
    "local/stack/stack.py": (1, "stops what was started, whatever it was, and the error goes on"),
    "tests/unit/shared/formats/edifact/fuzz.py": (1, "a fuzzer reports whatever the reader raises"),
}

_TIME = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.time)$")
_NAMES = re.compile(r"Manager$|Helper|Util|^_?process_|^_?handle_data|_impl$")
_MODULES = re.compile(r"/(utils?|helpers?|misc|common)\.py$")


def test_time_comes_from_the_clock_alone() -> None:
    """Tests may look at the real time where a real process does."""
    found = [_at(m, call) for m in _code() if m.path != CLOCK for call in _calls(m) if _TIME.search(dotted(call.func))]
    assert not found, f"take the time from a shared.clock.Clock that is passed in: {found}"


def test_nobody_commits_a_transaction_by_hand() -> None:
    looked_at = [module for module in _code() if module.path not in OFFSET_COMMITS]
    found = [_at(m, call) for m in looked_at for call in _calls(m) if _method(call) == "commit"]
    assert not found, f"only edges open a transaction, by `async with engine.begin()`, which commits: {found}"


def test_every_task_is_kept_by_whoever_starts_it() -> None:
    found = [_at(m, statement) for m in modules() for statement in m.nodes if _drops_a_task(statement)]
    assert not found, f"asyncio keeps only a weak reference: keep the task and await or cancel it: {found}"


def test_what_catches_everything_is_listed_with_its_reason() -> None:
    found = Counter(module.path for module in modules() for node in module.nodes if _catches_all(node))
    allowed = {path: count for path, (count, _) in CATCHES_ALL.items()}
    more = {path: count for path, count in found.items() if count > allowed.get(path, 0)}
    assert not more, f"catch the errors that you can name; a process loop may be listed here with its reason: {more}"
    fewer = {path: count for path, count in allowed.items() if count > found[path]}
    assert not fewer, f"no longer needed, take it off the list: {fewer}"


def test_names_say_what_a_thing_is() -> None:
    found = [_at(m, node) for m in modules() for node in m.nodes if _is_named_badly(node)]
    assert not found, f"name it for what it owns or does, in the field's words: {found}"
    assert not [module.path for module in modules() if _MODULES.search(module.path)], "name the module for what it owns"


def test_every_silenced_type_error_names_its_code() -> None:
    lines = [(m.path, number, line) for m in modules() for number, line in enumerate(m.text.splitlines(), 1)]
    bare = [f"{path}:{number}" for path, number, line in lines if re.search(r"#\s*type:\s*ignore(?!\[)", line)]
    assert not bare, f"write `# type: ignore[code]`, or better a type: {bare}"


def test_the_checks_see_what_they_are_for() -> None:
    source = (
        "asyncio.create_task(f())\ndatetime.datetime.now()\n"
        "try: pass\nexcept (OSError, Exception): pass\nclass OrderManager: pass\n"
    )
    tree = ast.parse(source)
    assert sum(_drops_a_task(node) for node in ast.walk(tree)) == 1
    assert sum(_catches_all(node) for node in ast.walk(tree)) == 1
    assert sum(_is_named_badly(node) for node in ast.walk(tree)) == 1
    assert [call for call in ast.walk(tree) if isinstance(call, ast.Call) and _TIME.search(dotted(call.func))]


def _code() -> tuple[Module, ...]:
    return modules("services", "shared", "local", "bench")


def _at(module: Module, node: ast.AST) -> str:
    return f"{module.path}:{getattr(node, 'lineno', 1)}"


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in module.nodes if isinstance(node, ast.Call))


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _drops_a_task(node: ast.AST) -> bool:
    """A task group keeps its tasks itself; asyncio and its loops do not."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    return dotted(node.value.func) in ("asyncio.create_task", "asyncio.ensure_future", "loop.create_task")


def _catches_all(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(error is None or dotted(error) in ("Exception", "BaseException") for error in caught)


def _is_named_badly(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and bool(_NAMES.search(node.name))
