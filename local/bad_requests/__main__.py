"""`python -m local.bad_requests`: the page of bad requests and their answers; exit status 1 if one is not as it should be."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from local.bad_requests.run import Answer, send_all
from local.stack import Stack, StackOptions


async def _run(folder: Path) -> list[Answer]:
    async with Stack(StackOptions(folder)) as stack:
        return await send_all(stack)


def main() -> int:
    """Print one line per request."""
    with tempfile.TemporaryDirectory(prefix="stockbridge-bad-") as folder:
        answers = asyncio.run(_run(Path(folder)))
    for number, answer in enumerate(answers, start=1):
        mark = " " if answer.expected else "!"
        sys.stdout.write(f"{mark}{number:3} {answer.name:<36} {answer.status} {answer.code:<26} {answer.detail[:150]}\n")
    bad = [answer for answer in answers if not answer.expected or answer.status >= 500]
    sys.stdout.write(f"{len(answers)} bad requests and messages, {len(bad)} answered otherwise than they should be\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
