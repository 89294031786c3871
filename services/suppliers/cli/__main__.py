"""`python -m services.suppliers.cli COMMAND`: a supplier's messages, from the command line.

Exit code: 0 done, 1 the exchange refused or is away (it says why), 2 wrong usage, 3 a feed is silent (`quiet`).
"""

from __future__ import annotations

import sys

import typer

from services.suppliers.cli.calls import CallFailed
from services.suppliers.cli.commands import app
from services.suppliers.cli.screen import plain


def main() -> None:
    """Run a command; a failed call is told in words."""
    try:
        app()
    except CallFailed as failure:
        typer.echo(plain(failure).plain, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
