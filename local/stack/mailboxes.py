"""Gives the first council a mailbox for each kind of library system, and keeps in the stack's folder what opens them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from local.lms.calls import Service, UnexpectedAnswer
from local.machine.keys import write_secret
from local.simulators.library.files import Name
from local.simulators.library.post import Folders, Login, read_login, write_login
from local.stack.seeding import COUNCIL
from local.stack.stack import Stack
from services.lms.dialects.profiles import PROFILES

LOGINS = "mailboxes"
"""Folder of the stack's with a file for each system: how it logs in."""
_SCOPES = ("lms:read", "lms:write")
# Folders with files for people alone: the system itself looks at none of them.
_FOR_PEOPLE = frozenset({"CONTRL", "APERAK"})


async def set_up_mailboxes(stack: Stack) -> Mapping[Name, Login]:
    """Returns how each system logs in, and makes what is missing. Raises UnexpectedAnswer.

    `mailboxes/NAME.json` in the stack's folder holds each login, also for `python -m local.simulators.library`.
    """
    async with Service(stack.endpoints.lms, lambda: stack.token(COUNCIL, *_SCOPES)) as lms:
        return {name: await _set_up(lms, name, stack) for name in Name}


async def _set_up(lms: Service, name: Name, stack: Stack) -> Login:
    login = _login(name, stack)
    body = {"mailbox_id": login.user, "profile": name.value, "credentials": {"password": login.password}}
    try:
        await lms.post("/v1/mailboxes", body)
    except UnexpectedAnswer as refusal:
        # Somebody worked in this folder before: the password is still that in the file.
        if refusal.status != HTTPStatus.CONFLICT:
            raise
    return login


def _login(name: Name, stack: Stack) -> Login:
    """Returns the login of a system, and writes its file: port and host key may be others than before, the password stays."""
    file = login_file(stack, name)
    password = read_login(file.read_text()).password if file.exists() else secrets.token_urlsafe(24)
    server = stack.mailbox_server
    host_key = server.host_key_file.read_text().strip()
    login = Login(server.host, server.port, f"suffolk-{name.value}", password, host_key, _folders(name))
    write_secret(file, write_login(login).encode())
    return login


def login_file(stack: Stack, name: Name) -> Path:
    """Returns the file with the login of a system."""
    return stack.options.folder / LOGINS / f"{name.value}.json"


def _folders(name: Name) -> Folders:
    files = PROFILES[name.value].files
    answers = dict.fromkeys(out.folder for kind, out in files.out.items() if kind.value not in _FOR_PEOPLE)
    return Folders(files.orders.folder, tuple(answers))
