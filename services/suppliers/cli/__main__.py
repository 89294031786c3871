"""`python -m services.suppliers.cli COMMAND`: a supplier's messages, from the command line.

Exit code: 0 done, 1 the exchange refused the call or cannot be reached (the error says why), 2 wrong usage, 3 a feed is quiet
(command `quiet`).
"""

from __future__ import annotations

import sys

import typer

from services.suppliers.cli.calls import CallFailed
from services.suppliers.cli.commands import app
from services.suppliers.cli.screen import plain


def main() -> None:
    """Runs a command. Prints why a call failed instead of a traceback."""
    try:
        app()
    except CallFailed as failure:
        typer.echo(plain(failure).plain, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
