"""Writes the files generated from the contracts: schemas/, examples/ and asyncapi.json beside this module.

    python -m shared.contracts.generate           write the files; refuses if a schema breaks the stored one
    python -m shared.contracts.generate --check   write nothing; fails if a stored file is out of date

To change or remove an event that no system runs yet, delete its stored schema first.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from shared.contracts.asyncapi import document
from shared.contracts.base import Event
from shared.contracts.compatibility import breaks
from shared.contracts.example_events import EXAMPLES
from shared.contracts.registry import EVENTS

FOLDER = Path(__file__).parent
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(event: type[Event]) -> dict[str, object]:
    """Returns the JSON Schema 2020-12 of an event's data, as a reader validates it; `x-` fields name owner and consumers."""
    return {
        "$schema": _DIALECT,
        "$id": f"{event.event_type}.json",
        **event.model_json_schema(),
        "x-topic": event.topic.value,
        "x-owner": event.owner,
        "x-consumers": list(event.consumers),
        "x-personal-data": event.personal_data,
    }


def generated_files() -> dict[str, str]:
    """Returns the text that each generated file should have, by its path under `FOLDER`."""
    files = {f"schemas/{event.event_type}.json": _text(schema_of(event)) for event in EVENTS}
    files.update({f"examples/{example.event_type}.json": example.model_dump_json(indent=2) + "\n" for example in EXAMPLES})
    files["asyncapi.json"] = _text(document())
    return files


def stored_files(folder: Path) -> dict[str, str]:
    """Returns the text that each generated file in `folder` has now, by its path."""
    paths = [*folder.glob("schemas/*.json"), *folder.glob("examples/*.json"), *folder.glob("asyncapi.json")]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def differences(folder: Path) -> list[str]:
    """Returns one sentence per stored file that is missing, superfluous or out of date."""
    wanted, stored = generated_files(), stored_files(folder)
    found = [f"{name} is missing" for name in sorted(wanted.keys() - stored.keys())]
    found += [f"{name} belongs to no event" for name in sorted(stored.keys() - wanted.keys())]
    found += [f"{name} is out of date" for name in sorted(wanted.keys() & stored.keys()) if wanted[name] != stored[name]]
    return found


def broken_promises(folder: Path) -> list[str]:
    """Returns one sentence per way in which today's events break the schemas stored in `folder`."""
    today = {event.event_type: schema_of(event) for event in EVENTS}
    found: list[str] = []
    for path in sorted(folder.glob("schemas/*.json")):
        if path.stem not in today:
            found.append(f"{path.stem} was removed, but its consumers still expect it; upgrade them first")
            continue
        found += [f"{path.stem} {fault}" for fault in breaks(json.loads(path.read_text()), today[path.stem])]
    return found


def write(folder: Path) -> None:
    """Writes every generated file and deletes stored files that belong to no event."""
    wanted = generated_files()
    for name in stored_files(folder).keys() - wanted.keys():
        (folder / name).unlink()
    for name, text in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2) + "\n"


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    """Runs the command and returns its exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m shared.contracts.generate [--check]", file=sys.stderr)
        return 2
    faults = broken_promises(folder)
    if not faults and arguments:
        faults = [f"{fault}; run `make contracts`" for fault in differences(folder)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    if not arguments:
        write(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
