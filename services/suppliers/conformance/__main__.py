"""`python -m services.suppliers.conformance PROFILE FILES...` reports whether production would understand and apply the files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from services.suppliers.conformance.assume import orders_of
from services.suppliers.conformance.check import Subject, check
from services.suppliers.conformance.report import Report
from services.suppliers.conformance.screen import show
from services.suppliers.conformance.settings import altered, messages_to_try, with_fields
from services.suppliers.conformance.trials import Candidate, try_transport
from services.suppliers.contract import Adapter, RawMessage
from services.suppliers.contract.registry import adapter_factory, adapter_names
from services.suppliers.domain.messages import CANONICAL_DESPATCH
from services.suppliers.exchange import Limits
from services.suppliers.terminal import console
from shared.clock import SystemClock

PASSED, FAILED = 0, 1

app = typer.Typer(add_completion=False)


_ORDERS = "The orders that the files answer, JSON as orders.order.placed.v1. Default: every order that a file names exists."
_SECRETS = (
    "Try the transport on the supplier's test server, with the credentials in this file, JSON. "
    "Sends two orders there and empties the mailbox."
)
_WRONG = "Credentials that the test server refuses. Default: --secrets, altered."
_FIELD = "Another value of the profile, such as the test server's address."
_DESPATCHES = "Read the files as despatches in the canonical JSON form of POST /despatches."
_SCHEMA = "Print the JSON Schema of --json, and nothing else."


def _print_schema(wanted: bool) -> None:
    if wanted:
        typer.echo(json.dumps(Report.model_json_schema(mode="serialization"), indent=2))
        raise typer.Exit(PASSED)


@app.command()
def main(  # noqa: PLR0913 - a command has as many parameters as its command line has options
    profile: Annotated[
        Path, typer.Argument(metavar="PROFILE", help="The supplier's profile, JSON.", exists=True, dir_okay=False, readable=True)
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILES...", help="Files as the supplier sends them, or folders of such files.", exists=True),
    ] = None,
    adapter: Annotated[str | None, typer.Option(help="Entry point of the adapter. Default: the profile's kind.")] = None,
    orders: Annotated[Path | None, typer.Option(help=_ORDERS, exists=True)] = None,
    despatches: Annotated[bool, typer.Option("--despatches", help=_DESPATCHES)] = False,
    secrets: Annotated[Path | None, typer.Option(help=_SECRETS, exists=True)] = None,
    wrong_secrets: Annotated[Path | None, typer.Option(help=_WRONG, exists=True)] = None,
    set_field: Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help=_FIELD)] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="Limit of each call of the transport.")] = Limits().send,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON (report.schema.json).")] = False,
    table: Annotated[bool, typer.Option("--table", help="Print the tables only.")] = False,
    schema: Annotated[  # noqa: ARG001 - its callback does all the work
        bool, typer.Option("--schema", help=_SCHEMA, is_eager=True, callback=_print_schema)
    ] = False,
) -> None:
    """Read files as production would, and report what they contain, what is wrong, and what production would do with them.

    Write orders twice; with --secrets, also try the transport on a test server. Without it, needs no secret and no network.
    Exit code: 0 passed, 1 failed, 2 wrong usage.
    """
    if not files and secrets is None:
        raise typer.BadParameter("give files, or --secrets to try the transport", param_hint="FILES")
    text = _profile(profile, set_field or ())
    subject = _subject(text, adapter, orders)
    raw = _raw(files or (), CANONICAL_DESPATCH if despatches else "")
    if secrets is None:
        report = check(subject, raw)
    else:
        wrong = None if wrong_secrets is None else _secrets(wrong_secrets)
        tried = try_transport(_candidate(subject, text, _secrets(secrets), wrong, seconds))
        report = check(subject, chain(raw, tried.received), tried.reports)
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        show(report, console(), table_only=table)
    raise typer.Exit(PASSED if report.passed else FAILED)


def _profile(path: Path, fields: Sequence[str]) -> str:
    try:
        return with_fields(_text(path), fields)
    except (ValueError, TypeError, AttributeError) as error:
        raise typer.BadParameter(f"{path} has no such field: {error}", param_hint="--set") from error


def _subject(text: str, adapter: str | None, orders: Path | None) -> Subject:
    name = adapter or _kind(text)
    built = _adapter(name, text)
    if orders is None:
        return Subject(built, name)
    try:
        return Subject(built, name, orders_of(_text(orders), built.profile.supplier_id))
    except ValueError as error:
        raise typer.BadParameter(f"{orders}: {error}", param_hint="--orders") from error


def _candidate(
    subject: Subject, profile: str, secrets: Mapping[str, str], wrong: Mapping[str, str] | None, seconds: float
) -> Candidate:
    """Returns what is tried: the adapter with right and with wrong credentials, and two messages."""
    stranger: Adapter | None = None
    with suppress(ValueError):
        # Altered credentials may have a form that the adapter refuses. Then only the user can give wrong ones.
        stranger = adapter_factory(subject.adapter_name)(profile, altered(secrets) if wrong is None else wrong)
    try:
        messages = messages_to_try(subject, int(SystemClock().now().timestamp()))
    except ValueError as error:
        raise typer.BadParameter(f"no order can be written: {error}", param_hint="--orders") from error
    return Candidate(_adapter(subject.adapter_name, profile, secrets), stranger, messages, seconds)


def _secrets(path: Path) -> Mapping[str, str]:
    try:
        return TypeAdapter(dict[str, str]).validate_json(_text(path))
    except ValueError as error:
        raise typer.BadParameter(f"{path} must hold a JSON object of names and secrets, both text") from error


def _adapter(name: str, profile: str, secrets: Mapping[str, str] | None = None) -> Adapter:
    try:
        return adapter_factory(name)(profile, secrets)
    except (ValueError, TypeError, AttributeError, ImportError) as error:
        hint = f"The profile does not fit the adapter {name!r} (installed: {', '.join(adapter_names())}): {error}"
        raise typer.BadParameter(hint, param_hint="PROFILE") from error


def _kind(profile: str) -> str:
    try:
        return str(json.loads(profile)["kind"])
    except (ValueError, TypeError, KeyError) as error:
        raise typer.BadParameter("it is not a JSON object with a `kind`", param_hint="PROFILE") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path} cannot be read as UTF-8: {error}") from error


def _raw(files: Sequence[Path], content_type: str) -> Iterator[RawMessage]:
    for path in files:
        if path.is_dir():
            yield from _raw(sorted(path.iterdir()), content_type)
        else:
            yield RawMessage(str(path), _bytes(path), content_type)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error}") from error


if __name__ == "__main__":
    # Suppliers' files can contain any character; a terminal that cannot show one must not stop the report.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    app()
