"""Conventions that no linter checks: the source of time, commits, caught exceptions, names."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.architecture.source import Module, dotted, modules

# The only module that may read the machine's time.
CLOCK = "shared/clock.py"

# These modules commit Kafka offsets, not transactions.
OFFSET_COMMITS = {"shared/messaging/consumer.py", "shared/messaging/membership.py"}

# Where every exception may be caught, how often, and why.
CATCHES_ALL = {
    "services/lms/loops/post_reader.py": (1, "one file of a mailbox that cannot be taken must not stop those after it"),
    "services/lms/loops/visitor.py": (1, "what is wrong with one LMS's server must not stop visits to the others"),
    "services/lms/loops/sender.py": (1, "what is wrong with one webhook endpoint must not stop those of other councils"),
    "services/suppliers/loops/reader.py": (1, "one message that cannot be handled must not stop those after it"),
    "services/suppliers/loops/sender.py": (
        1,
        "after a fault in an adapter it is unknown whether a message was sent, and that must be stored",
    ),
    "services/suppliers/loops/guard.py": (1, "what a faulty adapter lets through must not be taken for a lost database"),
    "services/suppliers/conformance/check.py": (1, "the adapter is being tested: whatever it raises is a result"),
    "services/suppliers/conformance/trials.py": (1, "the adapter is being tested: whatever it raises is a result"),
    "services/suppliers/conformance/writing.py": (1, "the adapter is being tested: whatever it raises is a result"),
    "shared/sftp/connection.py": (1, "closes a connection that was not completed, and raises the error again"),
    "shared/supervisor.py": (1, "restarts a part of a process after any error"),
    "shared/messaging/relay.py": (1, "closes a producer that did not start completely, and raises the error again"),
    "shared/messaging/handling.py": (4, "every error of a handler leads to a retry or a dead letter; nothing may be lost"),
    "shared/messaging/consumer.py": (1, "a record that the client cannot decode is read without it; the rest is raised again"),
    "shared/messaging/raw.py": (1, "each codec has errors of its own, and each makes a dead letter"),
    "shared/db/grouped.py": (2, "passes the error to everyone who waits for the group's commit"),
    "local/simulators/bookseller/memory.py": (1, "rolls back after any error, and raises it again"),
    "local/stack/stack.py": (1, "stops what was started after any error, and raises it again"),
    "tests/unit/shared/formats/edifact/fuzz.py": (1, "a fuzzer reports whatever the reader raises"),
}

_TIME = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.time)$")
_NAMES = re.compile(r"Manager$|Helper|Util|^_?process_|^_?handle_data|_impl$")
_MODULES = re.compile(r"/(utils?|helpers?|misc|common)\.py$")


def test_time_comes_from_the_clock_alone() -> None:
    """Tests may read the real time where a real process does."""
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
    assert not more, f"catch specific errors; a process loop may be listed in CATCHES_ALL with its reason: {more}"
    fewer = {path: count for path, count in allowed.items() if count > found[path]}
    assert not fewer, f"no longer needed, remove it from CATCHES_ALL: {fewer}"


def test_names_say_what_a_thing_is() -> None:
    found = [_at(m, node) for m in modules() for node in m.nodes if _is_named_badly(node)]
    assert not found, f"name it for what it owns or does, in terms of the trade: {found}"
    assert not [module.path for module in modules() if _MODULES.search(module.path)], "name the module for what it owns"


def test_every_silenced_type_error_names_its_code() -> None:
    lines = [(m.path, number, line) for m in modules() for number, line in enumerate(m.text.splitlines(), 1)]
    bare = [f"{path}:{number}" for path, number, line in lines if re.search(r"#\s*type:\s*ignore(?!\[)", line)]
    assert not bare, f"write `# type: ignore[code]`, or better, a type: {bare}"


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
