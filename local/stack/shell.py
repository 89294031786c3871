"""Writes what a terminal needs to be the council's library system: addresses, a token, and an order to change and place."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

from local.lms.lms import SCOPES
from local.machine.keys import write_secret
from local.stack.seeding import COUNCIL
from local.stack.stack import Stack

SETTINGS = "lms.sh"
MY_ORDER = Path(__file__).parent / "my-order.json"

# Reads one value of an answer, such as `field items 0 order_id`: jq is not on every machine.
_FIELD = """
import json, sys
value = json.load(sys.stdin)
for step in sys.argv[1:]:
    value = value[int(step) if isinstance(value, list) else step]
print(value if isinstance(value, str) else json.dumps(value))
"""


def write_settings(stack: Stack) -> Path:
    """Writes `lms.sh`, the file of curl's options that it names, and `my-order.json`, unless that is there. Returns the first."""
    folder = stack.options.folder
    token = stack.token(COUNCIL, *SCOPES)
    options = folder / "as-lms.curl"
    write_secret(options, _curl_options(token).encode())
    order = folder / MY_ORDER.name
    if not order.exists():
        shutil.copyfile(MY_ORDER, order)
    settings = folder / SETTINGS
    settings.write_text(_shell(stack, options))
    return settings


def _curl_options(token: str) -> str:
    lines = ["silent", "show-error", 'write-out = "\\n"']
    lines += [f'header = "{header}"' for header in (f"Authorization: Bearer {token}", "Content-Type: application/json")]
    return "\n".join(lines) + "\n"


def _shell(stack: Stack, options: Path) -> str:
    here, mailboxes = stack.endpoints, stack.mailbox_server
    known_hosts = stack.options.folder / "known_hosts"
    known_hosts.write_text(f"[{mailboxes.host}]:{mailboxes.port} {mailboxes.host_key_file.read_text().strip()}\n")
    values = {
        "ORDERS": here.orders, "CATALOGUE": here.catalogue, "DELIVERY": here.delivery, "LMS": here.lms,
        "HERE": str(stack.options.folder), "AS_LMS": str(options),
        "MAILBOX_PORT": str(mailboxes.port), "KNOWN_HOSTS": str(known_hosts),
    }  # fmt: skip
    lines = [f"# To be the library system of {COUNCIL} in this terminal, while the system runs:  . {SETTINGS}"]
    lines += [f"{name}={shlex.quote(value)}" for name, value in values.items()]
    lines.append(f'field() {{ {shlex.quote(sys.executable)} -c {shlex.quote(_FIELD)} "$@"; }}')
    return "\n".join(lines) + "\n"
