"""Empties the topics and the dashboard's read model of a stack at rest, and rebuilds it as its guide says."""

from __future__ import annotations

from dataclasses import replace

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from local.machine.processes import run_to_end
from local.stack.programs import module
from services.dashboard.store.tables import metadata
from shared.bus import TOPICS
from tests.faults.play import Play
from tests.services.read_model import Rows, rows_of

_EVERYTHING = -1
# A timer may fill these at any moment of a test.
_TIMED = {"duplication"}
_OWNERS = {
    "orders": "services.orders",
    "delivery": "services.delivery",
    "catalogue": "services.catalogue",
    "supplier-consortium": "services.suppliers",
    "supplier-national": "services.suppliers",
}


async def read_model_of(play: Play) -> Rows:
    """Returns every row of the dashboard's read model, without counts that the catalogue tells every five minutes."""
    async with play.databases.engine("dashboard").connect() as connection:
        rows = await rows_of(connection)
    return {name: of_table for name, of_table in rows.items() if name not in _TIMED}


async def trim_topics(play: Play) -> None:
    """Deletes every record of every topic from which Kafka lets records be deleted; it does not from a compacted one."""
    admin = AIOKafkaAdminClient(bootstrap_servers=play.stack.broker.bootstrap)
    await admin.start()
    try:
        trimmed = [topic.name for topic in TOPICS if not topic.compacted]
        places = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in await admin.describe_topics(trimmed)
            for partition in topic["partitions"]
        ]
        await admin.delete_records({place: RecordsToDelete(_EVERYTHING) for place in places})
    finally:
        await admin.close()


async def empty_read_model(play: Play) -> None:
    """Runs the dashboard's command."""
    await _run(play, "dashboard", "services.dashboard.rebuild")


async def republish(play: Play, *arguments: str) -> None:
    """Runs the command of every owner."""
    for process, package in _OWNERS.items():
        await _run(play, process, f"{package}.republish", *arguments)


def is_complete(rows: Rows) -> bool:
    """Returns whether every table has rows that orders from placing to receipt fill."""
    quiet = {"feed", "invoice", "quarantined", "discrepancy"}
    return {table.name for table in metadata.sorted_tables} - quiet - _TIMED <= rows.keys()


async def _run(play: Play, process: str, command: str, *arguments: str) -> None:
    program = play.stack.processes[process].program
    log = program.log_file.with_name(f"{process}-command.log")
    await run_to_end(replace(program, name=command, command=module(command, *arguments), log_file=log))
