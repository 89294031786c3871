"""Files and functions stay small, everything is typed, and every module has a docstring."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import Function, modules

FILE_LINES = 350
FUNCTION_LINES = 50
NESTING = 3
ARGUMENTS = 7

_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def test_no_file_is_longer_than_its_limit() -> None:
    lengths = {module.path: len(module.text.splitlines()) for module in modules()}
    too_long = {path: lines for path, lines in lengths.items() if lines > FILE_LINES}
    assert not too_long, f"over {FILE_LINES} lines: make a package of the same name of each: {too_long}"


def test_no_function_is_longer_than_its_limit() -> None:
    too_long = {where: _lines(function) for where, function in _functions() if _lines(function) > FUNCTION_LINES}
    assert not too_long, f"over {FUNCTION_LINES} lines: move a part of each into a function: {too_long}"


def test_no_function_is_nested_deeper_than_its_limit() -> None:
    too_deep = {where: _depth(function.body) for where, function in _functions() if _depth(function.body) > NESTING}
    assert not too_deep, f"blocks deeper than {NESTING}: return early, or name the inner part: {too_deep}"


def test_no_function_takes_more_arguments_than_the_limit() -> None:
    counts = {where: len(_parameters(function)) for where, function in _functions() if not _is_command_line(function)}
    too_many = {where: count for where, count in counts.items() if count > ARGUMENTS}
    assert not too_many, f"over {ARGUMENTS} arguments: pass a frozen object that groups them: {too_many}"


def test_every_function_is_fully_typed() -> None:
    untyped = [where for where, function in _functions() if not _is_typed(function)]
    assert not untyped, f"give every parameter and the result a type: {untyped}"


def test_every_module_says_what_it_owns() -> None:
    silent = [module.path for module in modules() if module.text.strip() and ast.get_docstring(module.tree) is None]
    assert not silent, f"begin each with a docstring of one to five lines: what it owns, what it must not know: {silent}"


def test_the_checks_see_what_they_are_for() -> None:
    source = (
        "async def f(a: int, b):\n" + "".join(f"{'    ' * depth}if a:\n" for depth in range(1, 5)) + "                    pass\n"
    )
    function = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))
    assert (_lines(function), _depth(function.body), len(_parameters(function))) == (6, 4, 2)
    assert not _is_typed(function)


def _functions() -> Iterator[tuple[str, Function]]:
    """Yields the place of each function, and the function; without released migrations."""
    for module in modules():
        if not module.is_revision:
            yield from ((f"{module.path}:{function.lineno} {function.name}", function) for function in module.functions())


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _depth(body: list[ast.stmt]) -> int:
    return max((_depth_of(statement, 0) for statement in body), default=0)


def _depth_of(node: ast.AST, outside: int) -> int:
    if isinstance(node, _SCOPES):
        return outside
    depth = outside + isinstance(node, _BLOCKS)
    return max((_depth_of(child, depth - _is_elif(node, child)) for child in ast.iter_child_nodes(node)), default=depth)


def _is_elif(node: ast.AST, child: ast.AST) -> bool:
    """Returns whether the inner `if` is an `elif`, which the reader sees beside the outer one, not inside it."""
    return (
        isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child] and child.col_offset == node.col_offset
    )


def _parameters(function: Function) -> list[ast.arg]:
    named = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return [parameter for parameter in named if parameter.arg not in ("self", "cls")]


def _is_command_line(function: Function) -> bool:
    """Returns whether it is a command, which has one parameter per option; each is an annotated typer option."""
    return all("typer." in ast.unparse(parameter.annotation or ast.Constant("")) for parameter in _parameters(function))


def _is_typed(function: Function) -> bool:
    extra = [parameter for parameter in (function.args.vararg, function.args.kwarg) if parameter is not None]
    return function.returns is not None and all(p.annotation is not None for p in (*_parameters(function), *extra))
