"""`python -m local.bad_requests`: lists bad requests and their answers; exits with status 1 if an answer is wrong."""

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
    """Prints one line per request; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="stockbridge-bad-") as folder:
        answers = asyncio.run(_run(Path(folder)))
    for number, answer in enumerate(answers, start=1):
        mark = " " if answer.expected else "!"
        sys.stdout.write(f"{mark}{number:3} {answer.name:<36} {answer.status} {answer.code:<26} {answer.detail[:150]}\n")
    bad = [answer for answer in answers if not answer.expected or answer.status >= 500]
    sys.stdout.write(f"Bad requests and messages: {len(answers)}; wrong answers: {len(bad)}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
