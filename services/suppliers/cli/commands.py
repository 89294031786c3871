"""The commands. Each makes one call of the API and prints the answer as a table or, with --json, unchanged."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from services.suppliers.cli import screen
from services.suppliers.cli.calls import Answer, Exchange
from services.suppliers.contract import Kind
from services.suppliers.domain.mapping import MappedField
from services.suppliers.domain.messages import Decision, Direction, State
from services.suppliers.terminal import console

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Messages exchanged with a supplier, and those that wait for you."
)

Json = Annotated[bool, typer.Option("--json", help="Print what the API answers, as JSON.")]
Message = Annotated[str, typer.Argument(metavar="MESSAGE", help="Id of a message, as `list` shows it.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept in the history.")]


class _Scope(StrEnum):
    MESSAGE = "message"
    SUPPLIER = "supplier"


@app.callback()
def connect(
    context: typer.Context,
    url: Annotated[str, typer.Option(envvar="EXCHANGE_URL", help="Where the supplier's exchange listens.")],
    token: Annotated[str, typer.Option(envvar="EXCHANGE_TOKEN", help="Bearer token with `exchange:read` or `exchange:write`.")],
) -> None:
    """Takes the address and the token that every command needs."""
    context.obj = Exchange(url, token)


@app.command("list")
def list_messages(  # noqa: PLR0913 - a command line has as many options as there is to choose
    context: typer.Context,
    state: Annotated[State | None, typer.Option(help="State of the message.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="What it is about.")] = None,
    direction: Annotated[Direction | None, typer.Option(help="Which way it goes.")] = None,
    order_number: Annotated[str | None, typer.Option(help="An order it touches.")] = None,
    line_key: Annotated[str | None, typer.Option(help="A line it touches.")] = None,
    reference: Annotated[int | None, typer.Option(help="Our number of what we sent.")] = None,
    control_reference: Annotated[str | None, typer.Option(help="The supplier's number of the message.")] = None,
    supplier_reference: Annotated[str | None, typer.Option(help="The supplier's number of an order.")] = None,
    name_contains: Annotated[str | None, typer.Option(help="Part of the file name.")] = None,
    reason_contains: Annotated[str | None, typer.Option(help="Part of the reason.")] = None,
    created_from: Annotated[
        str | None, typer.Option(help="Kept on this day or later, such as 2026-03-02, or from 2026-03-02T09:00Z on.")
    ] = None,
    created_before: Annotated[str | None, typer.Option(help="Kept before this day, or this moment.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="`next_cursor` of the page before.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the API answers, as JSON.")] = False,
) -> None:
    """List messages, newest first."""
    page = _exchange(context).get(
        "/messages",
        state=state,
        kind=kind,
        direction=direction,
        order_number=order_number,
        line_key=line_key,
        reference=reference,
        control_reference=control_reference,
        supplier_reference=supplier_reference,
        name_contains=name_contains,
        reason_contains=reason_contains,
        created_from=created_from,
        created_before=created_before,
        limit=limit,
        cursor=cursor,
    )
    _show(
        page,
        as_json,
        lambda: screen.table(page["items"], ("message_id", "created_at", "direction", "kind", "state", "name", "reason")),
    )


@app.command()
def show(context: typer.Context, message: Message, as_json: Json = False) -> None:
    """Show one message with its findings and every change of state."""
    _show_message(_exchange(context).get(f"/messages/{message}"), as_json)


@app.command()
def raw(
    context: typer.Context,
    message: Message,
    output: Annotated[Path | None, typer.Option(help="File to write; standard output if left out.")] = None,
) -> None:
    """Print or save the bytes of a message as they were exchanged."""
    content = _exchange(context).raw(f"/messages/{message}/raw")
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(content)


@app.command()
def tree(
    context: typer.Context,
    message: Message,
    after: Annotated[int, typer.Option(min=0, help="How many parts to skip.")] = 0,
    leaves: Annotated[int, typer.Option(min=1, max=5_000, help="Parts shown at once.")] = 500,
    as_json: Json = False,
) -> None:
    """Show a message part by part, each with its findings."""
    shown = _exchange(context).get(f"/messages/{message}/tree", after=after, leaves=leaves)
    _show(shown, as_json, lambda: screen.message_tree(shown))


@app.command()
def orders(context: typer.Context, message: Message, as_json: Json = False) -> None:
    """Show the orders, lines and copies that a message touched, with each copy's state."""
    page = _exchange(context).get(f"/messages/{message}/orders")
    copies = [{**order, **line, **copy} for order in page["items"] for line in order["lines"] for copy in line["copies"]]
    columns = ("order_number", "line_key", "isbn", "copy_number", "branch", "state", "changed_at")
    _show(page, as_json, lambda: screen.table(copies, columns))


@app.command("map")
def map_reference(  # noqa: PLR0913 - a command line has as many options as there is to choose
    context: typer.Context,
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="Id of a held message.")],
    field: Annotated[MappedField, typer.Argument(help="Kind of reference.")],
    theirs: Annotated[str, typer.Argument(help="The reference as the message has it.")],
    ours: Annotated[str, typer.Argument(help="Our reference that it means.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the mapping.")],
    scope: Annotated[_Scope, typer.Option(help="For this message, or for all messages of the supplier.")] = _Scope.MESSAGE,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the API answers, as JSON.")] = False,
) -> None:
    """Map a reference in a held message to ours; `replay` then applies it."""
    body = {"field": field, "theirs": theirs, "ours": ours, "scope": scope, "reason": reason}
    added = _exchange(context).post(f"/messages/{message}/mappings", body)
    _show(added, as_json, lambda: screen.facts(added))


@app.command()
def mappings(
    context: typer.Context,
    message: Annotated[str | None, typer.Option(help="Only those of this message.")] = None,
    in_force: Annotated[bool, typer.Option("--in-force", help="Only mappings that are not replaced or withdrawn.")] = False,
    as_json: Json = False,
) -> None:
    """List the mappings of references, newest first."""
    page = _exchange(context).get("/mappings", message_id=message, in_force=in_force, limit=200)
    columns = ("mapping_id", "field", "theirs", "ours", "scope", "version", "actor", "reason", "withdrawn_reason")
    _show(page, as_json, lambda: screen.table(page["items"], columns))


@app.command()
def withdraw(
    context: typer.Context,
    mapping: Annotated[str, typer.Argument(metavar="MAPPING", help="Id of a mapping, as `mappings` shows it.")],
    reason: Why,
    as_json: Json = False,
) -> None:
    """End a mapping; what was applied with it stays applied."""
    ended = _exchange(context).post(f"/mappings/{mapping}/withdraw", {"reason": reason})
    _show(ended, as_json, lambda: screen.facts(ended))


@app.command()
def replay(context: typer.Context, message: Message, reason: Why, as_json: Json = False) -> None:
    """Read and apply a message again; nothing is applied twice."""
    _show_message(_exchange(context).decide(message, "replay", {"reason": reason}), as_json)


@app.command()
def release(
    context: typer.Context,
    message: Message,
    decision: Annotated[Decision, typer.Option(help="Send it again under the same reference, or count it as sent.")],
    reason: Why,
    as_json: Json = False,
) -> None:
    """Settle a message in state `unknown`."""
    body = {"decision": decision, "reason": reason}
    _show_message(_exchange(context).decide(message, "release", body), as_json)


@app.command()
def discard(context: typer.Context, message: Message, reason: Why, as_json: Json = False) -> None:
    """Close a message that waits for a person. Its bytes are kept."""
    _show_message(_exchange(context).decide(message, "discard", {"reason": reason}), as_json)


@app.command()
def reconcile(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="The supplier's list: CSV with a header row, or .json.", exists=True, dir_okay=False)
    ],
    council: Annotated[str | None, typer.Option(help="ISIL of the council it is for; not needed with a council's token.")] = None,
    as_json: Json = False,
) -> None:
    """Compare the supplier's list of open lines with ours; lines that agree are only counted."""
    exchange = _exchange(context)
    content_type = "application/json" if file.suffix.lower() == ".json" else "text/csv"
    made = exchange.upload("/reconciliations", file.read_bytes(), content_type, council=council)
    if as_json:
        typer.echo(json.dumps(made, indent=2))
        return
    console().print(screen.facts(made))
    columns = ("number", "order_number", "isbn", "our_quantity", "their_quantity", "their_status", "age_days", "text")
    for outcome in ("disagreeing", "ours_only", "theirs_only"):
        rows = exchange.get(f"/reconciliations/{made['reconciliation_id']}", outcome=outcome, limit=200)["items"]
        if rows:
            console().print(outcome.replace("_", " "), screen.table(rows, columns))


@app.command()
def quiet(
    context: typer.Context,
    supplier: Annotated[str, typer.Argument(help="Our name for the supplier.")],
    as_json: Json = False,
) -> None:
    """Show each feed with its last message, and which feeds are quiet. Exit code 3 if any is quiet."""
    feeds = _exchange(context).get(f"/suppliers/{supplier}")["feeds"]
    _show(feeds, as_json, lambda: screen.table(feeds, ("kind", "usual_hours", "weekends", "last_heard_at", "quieted_at")))
    if any(feed["quieted_at"] for feed in feeds):
        raise typer.Exit(3)


def _exchange(context: typer.Context) -> Exchange:
    exchange = context.obj
    assert isinstance(exchange, Exchange), "the callback made it"
    return exchange


def _show(answer: Answer, as_json: bool, render: Callable[[], RenderableType]) -> None:
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
    else:
        console().print(render())


def _show_message(message: Answer, as_json: bool) -> None:
    _show(message, as_json, lambda: screen.facts(message))
    if not as_json:
        console().print(screen.table(message["findings"], ("severity", "segment", "text")))
        console().print(screen.table(message["history"], ("changed_at", "from_state", "to_state", "actor", "reason")))
