"""`python -m local.lms.receiver`: an endpoint that takes an LMS's webhooks, verifies them, and prints each change once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

import typer
import uvicorn
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.machine.ports import LOOPBACK
from shared.errors import DomainError
from shared.http.pushes import Push, verify_push
from shared.http.signatures import new_secret

app = typer.Typer(add_completion=False)


class Receiver:
    """Answers 204 to what is signed with one of its secrets, and 401 to anything else. Reports each push id once."""

    def __init__(self, *secrets: SecretStr, report: Callable[[str], None]) -> None:
        self._secrets = secrets
        self._report = report
        self._done: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        try:
            push = verify_push(request.headers, await request.body(), self._secrets)
        except DomainError as refused:
            await Response(str(refused), status_code=401)(scope, receive, send)
            return
        if push.push_id not in self._done:
            self._done.add(push.push_id)
            self._report(_in_a_line(push))
        await Response(status_code=204)(scope, receive, send)


def _in_a_line(push: Push) -> str:
    told = json.loads(push.body)
    return f"{told['timestamp']} {told['type']} {json.dumps(told['data'].get('body', told['data']))}"


@app.command()
def main(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 9100,
    secret: Annotated[str, typer.Option(help="whsec_ and base64; a new one unless given.", envvar="LMS_WEBHOOK_SECRET")] = "",
) -> None:
    """Take webhooks on 127.0.0.1 and print what they tell. First prints what to register it with."""
    known = SecretStr(secret) if secret else new_secret()
    body = {"url": f"http://{LOOPBACK}:{port}/", "description": "Receiver", "secret": known.get_secret_value()}
    typer.echo(json.dumps(body))
    uvicorn.run(Receiver(known, report=typer.echo), host=LOOPBACK, port=port, log_level="warning", lifespan="off")


if __name__ == "__main__":
    app()
